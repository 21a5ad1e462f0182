"""The tables of exports: what was asked for, and the sealed pieces of the file until it is gone.

The file stands in the database, not in a folder: a page and its piece are one transaction, so that
a killed worker leaves whole pieces only, and any process of any machine can hand the file out.
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
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.kinds import Choice
from app.core.records import Placement, metadata, place


class ExportFormat(Choice):
    """What kind of file leaves."""

    CSV = "csv", "Comma-separated text", "CSV 文本"
    JSONL = "jsonl", "One JSON object a line", "JSON 行"
    XLSX = "xlsx", "Workbook", "Excel 工作簿"
    VCARD = "vcard", "Address cards", "电子名片"


class ExportLanguage(Choice):
    """The language of the headers."""

    EN = "en", "English", "英文"
    ZH = "zh-CN", "Chinese", "中文"


# `rights` names what the file was written by; `sealed_key` is gone once the file is.
EXPORTS: Final = place(
    Table(
        "exports",
        metadata,
        Column("export_id", Uuid, nullable=False),
        Column("job_id", Uuid, nullable=False),
        Column("submitter_id", Uuid, nullable=False),
        Column("format", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("columns", ARRAY(Text), nullable=False),
        Column("purpose", Text, nullable=False),
        Column("rights", LargeBinary),
        Column("rows", Integer),
        Column("size", BigInteger),
        Column("pieces", Integer),
        Column("sealed_key", LargeBinary),
        Column("link_digest", LargeBinary),
        Column("link_until", DateTime(timezone=True)),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("ready_at", DateTime(timezone=True)),
        Column("taken_at", DateTime(timezone=True)),
        Column("emptied_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("export_id"),
        Index("ix_exports_submitter_id_export_id", "submitter_id", "export_id"),
        Index("ix_exports_emptied_at", "emptied_at"),
        Index("ix_exports_expires_at", "expires_at", postgresql_where=text("emptied_at is null")),
    ),
    Placement.LOCAL,
)
EXPORT_PIECES: Final = place(
    Table(
        "export_pieces",
        metadata,
        Column("export_id", Uuid, nullable=False),
        Column("number", Integer, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("export_id", "number"),
        ForeignKeyConstraint(["export_id"], ["exports.export_id"], ondelete="CASCADE"),
    ),
    Placement.LOCAL,
)
