"""The tables of signing in: sessions, their refresh tokens, and wrong attempts."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from app.core.records import READ_WRITE, Placement, metadata, place


class EndReason(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    ENDED = "ended"
    ADMINISTRATOR = "administrator"
    PASSWORD = "password"  # noqa: S105 - a reason, no password
    FACTOR = "factor"
    REUSE = "reuse"
    SECRET = "secret"  # noqa: S105 - a reason, no secret
    INACTIVE = "inactive"


# The look-ups: a user's sessions and familiar sources; what ended lately; what can be let go of.
SESSIONS: Final = place(
    Table(
        "sessions",
        metadata,
        Column("session_id", Uuid, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("client", Text, nullable=False),
        Column("source", Text),
        Column("user_agent", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("last_used_at", DateTime(timezone=True), nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("factor_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Column("end_reason", Text),
        Column("secret_id", Uuid),  # by which another system came
        PrimaryKeyConstraint("session_id"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"], ondelete="CASCADE"),
        Index("ix_sessions_user_id_source_created_at", "user_id", "source", "created_at"),
        Index("ix_sessions_ended_at", "ended_at", postgresql_where=text("ended_at is not null")),
        Index("ix_sessions_expires_at", "expires_at"),
        Index("ix_sessions_secret_id", "secret_id", postgresql_where=text("secret_id is not null")),
    ),
    Placement.HASHED,
    "session_id",
    app_may=READ_WRITE,
)

# A used token stays until its session is over: whoever shows it again has stolen it, or was robbed.
REFRESH_TOKENS: Final = place(
    Table(
        "refresh_tokens",
        metadata,
        Column("session_id", Uuid, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("issued_at", DateTime(timezone=True), nullable=False),
        Column("used_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("session_id", "digest"),
        ForeignKeyConstraint(["session_id"], ["sessions.session_id"], ondelete="CASCADE"),
    ),
    Placement.HASHED,
    "session_id",
    app_may=READ_WRITE,
)

# The key is a keyed digest of an account, a source, or both: names that were tried may be people's.
ATTEMPTS: Final = place(
    Table(
        "sign_in_attempts",
        metadata,
        Column("counter", LargeBinary, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("last_at", DateTime(timezone=True), nullable=False),
        Column("blocked_until", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("counter"),
        Index("ix_sign_in_attempts_last_at", "last_at"),
    ),
    Placement.HASHED,
    "counter",
    app_may=READ_WRITE,
)
