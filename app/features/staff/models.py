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
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.records import KEPT, READ_WRITE, Placement, metadata, place

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
        Column("code", Text),
        Column("manager_id", Uuid),
        Column("created_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("department_id"),
        UniqueConstraint("code"),
        ForeignKeyConstraint(["parent_id"], ["departments.department_id"]),
        ForeignKeyConstraint(["manager_id"], ["users.user_id"], use_alter=True),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)

ROLES: Final = place(
    Table(
        "roles",
        metadata,
        Column("code", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        # What is in force, of `role_versions`; 0 before the first is published.
        Column("version", Integer, nullable=False, server_default=text("0")),
        Column("retired_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("code"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# Two roles that may not meet in one person, the first of them first by name.
ROLE_SEPARATIONS: Final = place(
    Table(
        "role_separations",
        metadata,
        Column("separation_id", Uuid, nullable=False),
        Column("one", Text, nullable=False),
        Column("other", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        PrimaryKeyConstraint("separation_id"),
        UniqueConstraint("one", "other"),
        Index("ix_role_separations_other", "other"),
        CheckConstraint("one <> other", name="ck_role_separations_two"),
        ForeignKeyConstraint(["one"], ["roles.code"]),
        ForeignKeyConstraint(["other"], ["roles.code"]),
    ),
    Placement.REFERENCE,
    app_may=("SELECT", "INSERT", "DELETE"),
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
        Column("email", LargeBinary),  # sealed: mail.py
        Column("status_at", DateTime(timezone=True)),
        Column("status_by", Uuid),
        Column("successor_id", Uuid),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("user_id"),
        UniqueConstraint("username"),
        CheckConstraint("kind in ('person', 'client')", name="ck_users_kind"),
        CheckConstraint(
            "status in ('invited', 'active', 'suspended', 'departed')", name="ck_users_status"
        ),
        ForeignKeyConstraint(["department_id"], ["departments.department_id"]),
        ForeignKeyConstraint(["successor_id"], ["users.user_id"]),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# Departments beside the one of `users`: who belongs to several sees the customers of all.
MEMBERSHIPS: Final = place(
    Table(
        "department_memberships",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("department_id", Uuid, nullable=False),
        PrimaryKeyConstraint("user_id", "department_id"),
        Index("ix_department_memberships_department_id", "department_id"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"]),
        ForeignKeyConstraint(["department_id"], ["departments.department_id"]),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)

# The link that opens an account, once: of a token only its digest stands here.
INVITATIONS: Final = place(
    Table(
        "invitations",
        metadata,
        Column("user_id", Uuid, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("user_id"),
        UniqueConstraint("digest"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"], ondelete="CASCADE"),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)

# Apart from `users`: what shows a user never has a digest at hand.
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
    app_may=READ_WRITE,
)

# What another system is beside a user of kind `client`, whose name is its `client_id`. Without an
# owner it waits for one; without scopes of its own it has all that its roles grant; without
# networks it may come from anywhere.
API_CLIENTS: Final = place(
    Table(
        "api_clients",
        metadata,
        Column("api_client_id", Uuid, nullable=False),
        Column("description", Text, nullable=False),
        Column("owner_id", Uuid),
        Column("scopes", ARRAY(Text)),
        Column("networks", ARRAY(Text), nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("api_client_id"),
        Index("ix_api_clients_owner_id", "owner_id"),
        ForeignKeyConstraint(["api_client_id"], ["users.user_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["owner_id"], ["users.user_id"]),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# Of 256 random bits a plain SHA-256 suffices; slow digests are for what people choose (NIST SP
# 800-63B, 5.1.2.2: a random secret of 112 bits or more needs one hash, and no salt).
CLIENT_SECRETS: Final = place(
    Table(
        "client_secrets",
        metadata,
        Column("secret_id", Uuid, nullable=False),
        Column("api_client_id", Uuid, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        Column("expires_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Column("last_used_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("secret_id"),
        Index("ix_client_secrets_api_client_id", "api_client_id"),
        ForeignKeyConstraint(["api_client_id"], ["api_clients.api_client_id"], ondelete="CASCADE"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# Apart from what the snapshot reads: a use is no change of the staff.
CLIENT_USES: Final = place(
    Table(
        "client_uses",
        metadata,
        Column("api_client_id", Uuid, nullable=False),
        Column("used_at", DateTime(timezone=True), nullable=False),
        Column("source", Text),
        PrimaryKeyConstraint("api_client_id"),
    ),
    Placement.HASHED,
    "api_client_id",
    app_may=KEPT,
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
    app_may=KEPT,
)
