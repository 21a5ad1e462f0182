"""The tables of imports: what is to become of a file, its sealed pieces, and what it has changed.

A file stands in the database as it came, then as batches of rows, each sealed under the import's
own key. What an import has changed is kept with each customer, sealed with that customer's key.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.kinds import Choice
from app.core.records import Placement, metadata, place


class ImportMode(Choice):
    """What rows may do."""

    CREATE = "create", "Create only", "仅新建"
    UPDATE = "update", "Update only", "仅更新"
    UPSERT = "upsert", "Create and update", "新建并更新"


class MatchKey(Choice):
    """By what a row is told to be of a known customer."""

    EXTERNAL_ID = "external_id", "Id in a system", "外部编号"
    IDENTITY = "identity", "Name with all that tells", "名称及识别信息"
    PHONE = "phone", "Phone", "手机"
    EMAIL = "email", "E-mail", "电子邮箱"
    CREDIT_CODE = "credit_code", "Registration number", "统一社会信用代码"


class RowOutcome(Choice):
    """What would become of a row; `refused` stays as it is when the import is applied."""

    CREATE = "create", "Create", "新建"
    UPDATE = "update", "Update", "更新"
    UNCHANGED = "unchanged", "Unchanged", "无变化"
    POSSIBLE_DOUBLE = "possible_double", "Possible double", "疑似重复"
    REFUSED = "refused", "Refused", "拒绝"


class UndoOutcome(Choice):
    """What became of a change when the import was taken back."""

    UNDONE = "undone", "Taken back", "已撤销"
    KEPT = "kept", "Kept: edited since, or no longer yours to change", "已保留"
    CONFLICT = "conflict", "Taken back but for fields edited since", "部分撤销"


# `about` holds headers, samples and the mapping; `editors` are all who have set the mapping.
IMPORTS: Final = place(
    Table(
        "imports",
        metadata,
        Column("import_id", Uuid, nullable=False),
        Column("submitter_id", Uuid, nullable=False),
        Column("department_id", Uuid),
        Column("state", Text, nullable=False),
        Column("format", Text, nullable=False),
        Column("size", BigInteger, nullable=False, server_default="0"),
        Column("pieces", Integer, nullable=False, server_default="0"),
        Column("batches", Integer),
        Column("rows", Integer),
        Column("sealed_key", LargeBinary),
        Column("about", LargeBinary),
        Column("mode", Text),
        Column("match", Text),
        Column("system", Text),
        Column("editors", ARRAY(Uuid), nullable=False, server_default="{}"),
        Column("job_id", Uuid),
        Column("plan_id", Uuid),
        Column("counts", JSONB),
        Column("applied", JSONB),
        Column("undone", JSONB),
        Column("approved", ARRAY(Text)),
        Column("decision", Text),
        Column("decided_by", Uuid),
        Column("decided_at", DateTime(timezone=True)),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("submitted_at", DateTime(timezone=True)),
        Column("applied_at", DateTime(timezone=True)),
        Column("undo_until", DateTime(timezone=True)),
        Column("undone_at", DateTime(timezone=True)),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("emptied_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("import_id"),
        Index("ix_imports_submitter_id_import_id", "submitter_id", "import_id"),
        Index("ix_imports_emptied_at", "emptied_at"),
        Index("ix_imports_expires_at", "expires_at", postgresql_where=text("emptied_at is null")),
    ),
    Placement.LOCAL,
)
IMPORT_PIECES: Final = place(
    Table(
        "import_pieces",
        metadata,
        Column("import_id", Uuid, nullable=False),
        Column("part", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("import_id", "part", "number"),
        ForeignKeyConstraint(["import_id"], ["imports.import_id"], ondelete="CASCADE"),
    ),
    Placement.LOCAL,
)
IMPORT_MAPPINGS: Final = place(
    Table(
        "import_mappings",
        metadata,
        Column("import_mapping_id", Uuid, nullable=False),
        Column("owner_id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("headings", LargeBinary, nullable=False),
        Column("columns", JSONB, nullable=False),
        Column("mode", Text, nullable=False),
        Column("match", Text, nullable=False),
        Column("system", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("import_mapping_id"),
        Index("uq_import_mappings_owner_id_headings", "owner_id", "headings", unique=True),
    ),
    Placement.LOCAL,
)
# `headings` is a keyed digest of the headers that a mapping was saved for.
# `claim` is the keyed hash that a new customer holds; `fields` are values before and after.
IMPORT_CHANGES: Final = place(
    Table(
        "import_changes",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("import_id", Uuid, nullable=False),
        Column("resource", Text, nullable=False),
        Column("row", Integer, nullable=False),
        Column("act", Text, nullable=False),
        Column("claim", LargeBinary),
        Column("fields", LargeBinary),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("outcome", Text),
        Column("conflicts", ARRAY(Text), nullable=False, server_default="{}"),
        PrimaryKeyConstraint("customer_id", "import_id", "resource"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        Index("ix_import_changes_import_id_row", "import_id", "row"),
    ),
    Placement.CUSTOMER,
    "customer_id",
)
