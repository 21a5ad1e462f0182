"""Merges: what became of what, so that it can be taken back days later."""

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
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.kinds import Choice
from app.core.records import APPEND, KEPT, Placement, metadata, place


class MergeStatus(Choice):
    """Where a merge stands."""

    APPLIED = "applied", "Applied", "已合并"
    UNDONE = "undone", "Taken back", "已撤销"
    UNDO_CONFLICT = (
        "undo_conflict",
        "Taken back, but for what was changed since",
        "已撤销（有冲突）",
    )


MERGES: Final = place(
    Table(
        "merges",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("merge_id", Uuid, nullable=False),
        Column("loser_ids", ARRAY(Uuid), nullable=False),
        Column("status", Text, nullable=False),
        # Values before and after, and what somebody wrote: sealed with the survivor's key.
        Column("fields", LargeBinary, nullable=False),
        Column("reason", LargeBinary, nullable=False),
        # Ids and names of kinds and fields only.
        Column("parts", JSONB, nullable=False),
        Column("conflicts", JSONB, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        Column("undone_at", DateTime(timezone=True)),
        Column("undone_by", Uuid),
        PrimaryKeyConstraint("customer_id", "merge_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        Index("ix_merges_merge_id", "merge_id"),
        Index("ix_merges_made_at_merge_id", "made_at", "merge_id"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

MERGE_LOSERS: Final = place(
    Table(
        "merge_losers",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("merge_id", Uuid, nullable=False),
        Column("status_before", Text, nullable=False),
        # All that the record held, sealed with its own key.
        Column("snapshot", LargeBinary, nullable=False),
        PrimaryKeyConstraint("customer_id", "merge_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=APPEND,
)
