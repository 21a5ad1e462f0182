"""Emergencies: which customers out of reach somebody has opened, for a while and on record."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from app.core.records import KEPT, Placement, metadata, place


@dataclass(frozen=True, slots=True)
class Emergency:
    """A customer that somebody has opened, and until when."""

    customer_id: UUID
    emergency_access_id: UUID
    until: datetime


def opened_of(
    emergencies: tuple[Emergency, ...], subjects: Container[str], at: datetime
) -> dict[str, dict[str, str]]:
    """Return for the audit which of these customers were open in an emergency, and by which."""
    if not emergencies:
        return {}
    opened = {
        str(one.customer_id): str(one.emergency_access_id)
        for one in emergencies
        if at < one.until and str(one.customer_id) in subjects
    }
    return {"emergency": opened} if opened else {}


EMERGENCY_ACCESSES: Final = place(
    Table(
        "emergency_accesses",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("emergency_access_id", Uuid, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("reason", Text, nullable=False),
        # People write names: both texts are sealed with the customer's key.
        Column("reason_text", LargeBinary, nullable=False),
        Column("ticket", Text),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_by", Uuid),
        Column("awaits_review", Boolean, nullable=False, server_default=text("true")),
        Column("reviewed_at", DateTime(timezone=True)),
        Column("reviewed_by", Uuid),
        Column("verdict", Text),
        Column("note", LargeBinary),
        PrimaryKeyConstraint("customer_id", "emergency_access_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        CheckConstraint("reviewed_by <> user_id", name="ck_emergency_accesses_two_people"),
        Index("ix_emergency_accesses_emergency_access_id", "emergency_access_id"),
        Index("ix_emergency_accesses_user_id_opened_at", "user_id", "opened_at"),
        Index("ix_emergency_accesses_until", "until"),
        Index(
            "ix_emergency_accesses_awaits_review_opened_at",
            "awaits_review",
            "opened_at",
            "emergency_access_id",
        ),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)
