"""The table of what was used of each quota, by day and actor, for all processes together."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from app.core.records import Placement, metadata, place

# `extended` is how often the quota was opened anew, `factor_at` the factor that did it last.
QUOTA_USES: Final = place(
    Table(
        "quota_uses",
        metadata,
        Column("day", Date, nullable=False),
        Column("actor_id", Uuid, nullable=False),
        Column("quota", Text, nullable=False),
        Column("used", BigInteger, nullable=False),
        Column("extended", Integer, nullable=False),
        Column("factor_at", DateTime(timezone=True)),
        Column("touched_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("day", "actor_id", "quota"),
        Index("ix_quota_uses_touched_at", "touched_at"),
    ),
    Placement.HASHED,
    "actor_id",
)
