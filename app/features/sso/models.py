"""The tables of signing in through a provider: what is under way, and who is who.

Neither names anybody: states, secrets and the provider's own ids stand here as digests.
"""

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.core.records import Placement, metadata, place

# One way to the provider and back: used once, or let go of when it is too old.
TRANSACTIONS: Final = place(
    Table(
        "sso_transactions",
        metadata,
        Column("state_digest", LargeBinary, nullable=False),
        Column("secret_digest", LargeBinary, nullable=False),
        Column("provider", Text, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("state_digest"),
        Index("ix_sso_transactions_expires_at", "expires_at"),
    ),
    Placement.HASHED,
    "state_digest",
    app_may=("SELECT", "INSERT", "DELETE"),
)

# A user has one identity at an issuer: a mail address that is given to somebody else opens nothing.
EXTERNAL_IDENTITIES: Final = place(
    Table(
        "external_identities",
        metadata,
        Column("digest", LargeBinary, nullable=False),
        Column("issuer", Text, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("linked_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("digest"),
        UniqueConstraint("user_id", "issuer"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"], ondelete="CASCADE"),
    ),
    Placement.REFERENCE,
    app_may=("SELECT", "INSERT", "DELETE"),
)
