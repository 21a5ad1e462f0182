"""The tables of roles beside `roles` itself: every version ever in force, and open drafts."""

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.records import APPEND, Placement, metadata, place

# Published by nobody: shipped with a release (seeding.py).
ROLE_VERSIONS: Final = place(
    Table(
        "role_versions",
        metadata,
        Column("code", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        Column("published_at", DateTime(timezone=True), nullable=False),
        Column("published_by", Uuid),
        Column("note", Text),
        PrimaryKeyConstraint("code", "version"),
        ForeignKeyConstraint(["code"], ["roles.code"]),
    ),
    Placement.REFERENCE,
    app_may=APPEND,
)

ROLE_DRAFTS: Final = place(
    Table(
        "role_drafts",
        metadata,
        Column("code", Text, nullable=False),
        Column("based_on", Integer, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        Column("edited_at", DateTime(timezone=True), nullable=False),
        Column("edited_by", Uuid),
        Column("editors", ARRAY(Uuid), nullable=False),
        PrimaryKeyConstraint("code"),
        ForeignKeyConstraint(["code"], ["roles.code"]),
    ),
    Placement.REFERENCE,
)
