"""Products and their categories: reference data, retired but never deleted."""

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.core.records import KEPT, Placement, metadata, place

PRODUCT_CATEGORIES: Final = place(
    Table(
        "product_categories",
        metadata,
        Column("product_category_id", Uuid, nullable=False),
        Column("code", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_zh", Text),
        Column("parent_id", Uuid),
        Column("retired_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("product_category_id"),
        UniqueConstraint("code"),
        ForeignKeyConstraint(["parent_id"], ["product_categories.product_category_id"]),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)
PRODUCTS: Final = place(
    Table(
        "products",
        metadata,
        Column("product_id", Uuid, nullable=False),
        Column("code", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_zh", Text),
        Column("product_category_id", Uuid),
        Column("unit", Text, nullable=False),
        Column("list_price", Numeric),
        Column("currency", Text, nullable=False),
        Column("retired_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("product_id"),
        UniqueConstraint("code"),
        ForeignKeyConstraint(["product_category_id"], ["product_categories.product_category_id"]),
        Index("ix_products_product_category_id_code", "product_category_id", "code"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)
