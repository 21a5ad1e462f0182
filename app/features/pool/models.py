"""The tables of the pool: what somebody has used up today, who viewed whom, who gave whom back.

Each holds one row for a pair, however often it happens, so that none grows with time. The rules
themselves stand in `pools` (app/core/pooling.py), since the staff is read with them.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from app.core.records import KEPT, Placement, metadata, place

POOL_USES: Final = place(
    Table(
        "pool_uses",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("pool_id", Uuid, nullable=False),
        Column("used_on", Date, nullable=False),
        Column("takes", Integer, nullable=False),
        Column("views", Integer, nullable=False),
        PrimaryKeyConstraint("user_id", "pool_id"),
    ),
    Placement.HASHED,
    "user_id",
    app_may=KEPT,
)

POOL_VIEWS: Final = place(
    Table(
        "pool_views",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("viewed_on", Date, nullable=False),
        PrimaryKeyConstraint("customer_id", "user_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

POOL_RETURNS: Final = place(
    Table(
        "pool_returns",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("returned_at", DateTime(timezone=True), nullable=False),
        Column("reason", Text, nullable=False),
        PrimaryKeyConstraint("customer_id", "user_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)
