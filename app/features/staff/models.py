"""The tables of the staff: small, slowly changing, read into memory whole (directory.py)."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.records import Placement, metadata, place

READ: Final = ("SELECT",)


class UserStatus(StrEnum):
    """Where a user stands; only an active one may sign in or act."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DEPARTED = "departed"


DEPARTMENTS: Final = place(
    Table(
        "departments",
        metadata,
        Column("department_id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_zh", Text),
        Column("parent_id", Uuid),
        Column("created_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("department_id"),
        ForeignKeyConstraint(["parent_id"], ["departments.department_id"]),
    ),
    Placement.REFERENCE,
    app_may=READ,
)

ROLES: Final = place(
    Table(
        "roles",
        metadata,
        Column("code", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        PrimaryKeyConstraint("code"),
    ),
    Placement.REFERENCE,
    app_may=READ,
)

USERS: Final = place(
    Table(
        "users",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("username", Text, nullable=False),
        Column("display_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("department_id", Uuid),
        Column("roles", ARRAY(Text), nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("user_id"),
        UniqueConstraint("username"),
        CheckConstraint("kind in ('person', 'client')", name="ck_users_kind"),
        CheckConstraint(
            "status in ('invited', 'active', 'suspended', 'departed')", name="ck_users_status"
        ),
        ForeignKeyConstraint(["department_id"], ["departments.department_id"]),
    ),
    Placement.REFERENCE,
    app_may=READ,
)

# Apart from `users`, so that the service may renew a digest without a right to change a role.
CREDENTIALS: Final = place(
    Table(
        "credentials",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("password_digest", Text, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("user_id"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"], ondelete="CASCADE"),
    ),
    Placement.REFERENCE,
    app_may=("SELECT", "UPDATE"),
)

# Whoever changes a table above counts it up in the same transaction; then every process reloads.
STAFF_EPOCH: Final = place(
    Table(
        "staff_epoch",
        metadata,
        Column("is_only", Boolean, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        PrimaryKeyConstraint("is_only"),
        CheckConstraint("is_only", name="ck_staff_epoch_is_only"),
    ),
    Placement.LOCAL,
    app_may=READ,
)
