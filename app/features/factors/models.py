"""The tables of second factors: each addressed with its user, none of them with a secret in clear.

A factor's `secret` is the sealed seed of an authenticator app, or a passkey's public key; its
`last_counter` is the time step of the code that was used last, or the sign count of the passkey.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.core.records import Placement, metadata, place


class FactorKind(StrEnum):
    """What a factor is: an app that shows codes, or a key that signs."""

    TOTP = "totp"
    PASSKEY = "passkey"


def _of_a_user() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["user_id"], ["users.user_id"], ondelete="CASCADE")


FACTORS: Final = place(
    Table(
        "factors",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("factor_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("label", Text, nullable=False),
        Column("secret", LargeBinary, nullable=False),
        Column("credential_id", LargeBinary),
        Column("last_counter", BigInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_at", DateTime(timezone=True)),
        Column("last_used_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("user_id", "factor_id"),
        UniqueConstraint("user_id", "credential_id"),
        CheckConstraint("kind in ('totp', 'passkey')", name="ck_factors_kind"),
        _of_a_user(),
    ),
    Placement.HASHED,
    "user_id",
)

RECOVERY_CODES: Final = place(
    Table(
        "recovery_codes",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("used_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("user_id", "digest"),
        _of_a_user(),
    ),
    Placement.HASHED,
    "user_id",
)

# Wrong codes in a row; the next try counts from `next_at` on.
FACTOR_ATTEMPTS: Final = place(
    Table(
        "factor_attempts",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("wrong", Integer, nullable=False),
        Column("next_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("user_id"),
        _of_a_user(),
    ),
    Placement.HASHED,
    "user_id",
)

# Challenges that a passkey has answered: each serves once. What has expired is let go.
SPENT_CHALLENGES: Final = place(
    Table(
        "spent_challenges",
        metadata,
        Column("digest", LargeBinary, nullable=False),
        Column("spent_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("digest"),
        Index("ix_spent_challenges_spent_at", "spent_at"),
    ),
    Placement.HASHED,
    "digest",
    app_may=("SELECT", "INSERT", "DELETE"),
)
