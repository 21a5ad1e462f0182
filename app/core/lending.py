"""Lending: which customers are lent to which departments, with which groups, and until when."""

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.records import KEPT, Placement, metadata, place

SHARING_GRANTS: Final = place(
    Table(
        "sharing_grants",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("sharing_grant_id", Uuid, nullable=False),
        Column("department_id", Uuid, nullable=False),
        Column("groups", ARRAY(Text), nullable=False),
        Column("until", DateTime(timezone=True), nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_by", Uuid),
        PrimaryKeyConstraint("customer_id", "sharing_grant_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        Index("ix_sharing_grants_sharing_grant_id", "sharing_grant_id"),
        Index("ix_sharing_grants_department_id_until", "department_id", "until"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)
