"""Records: tables built from the catalogue, with where each lives and who may touch it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core import kinds
from app.core.fields import Field, Group

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RECORD = Group("record", "Record", "档案")
TRACE = Group("trace", "Trace of changes", "变更痕迹")


class Placement(StrEnum):
    """Where a table lives when one machine is no longer enough (docs/architecture.md)."""

    CUSTOMER = "customer"
    HASHED = "hashed"
    AUDIT = "audit"
    REFERENCE = "reference"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Placed:
    """What is declared of a table: placement, distribution key, rights of the app role."""

    table: Table
    placement: Placement
    key: str | None
    app_may: tuple[str, ...]
    auditor_may: tuple[str, ...] = ()


PLACED: dict[str, Placed] = {}
RESOURCES: dict[str, type["Record"]] = {}

READ_WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND = ("SELECT", "INSERT")
KEPT = ("SELECT", "INSERT", "UPDATE")
REFERS = "refers"


def place(
    table: Table,
    placement: Placement,
    key: str | None = None,
    *,
    app_may: Sequence[str] = READ_WRITE,
    auditor_may: Sequence[str] = (),
) -> Table:
    """Declare a table's placement and rights; migrations and the catalog checker read it."""
    PLACED[table.name] = Placed(table, placement, key, tuple(app_may), tuple(auditor_may))
    return table


class Record:
    """What a customer owns: fields from the catalogue, and the columns every row carries.

    A subclass states `noun` (singular, snake case). Its table is keyed `(customer_id, <noun>_id)`,
    or `(customer_id)` alone when it is the customer or a profile (`single=True`). Rows may
    also be found by what a profile holds: `found_by` lends its members to filters. A row whose
    `refers` names another customer is there only for those who reach that one, too.
    """

    noun: ClassVar[str]
    resource: ClassVar[str]
    table: ClassVar[Table]
    fields: ClassVar[dict[str, Field]]
    envelopes: ClassVar[dict[str, tuple[Field, ...]]]
    summary: ClassVar[frozenset[str] | None]
    key: ClassVar[str]
    single: ClassVar[bool]
    also_found_by: ClassVar[dict[str, "tuple[type[Record], Field]"]] = {}

    customer_id = Field(kind=kinds.UUID, en="Customer", zh="客户", group=RECORD, owned=True)
    created_at = Field(
        kind=kinds.TIMESTAMP, en="Created", zh="创建时间", group=RECORD, owned=True, required=True
    )
    created_by = Field(kind=kinds.UUID, en="Created by", zh="创建人", group=TRACE, owned=True)
    updated_at = Field(
        kind=kinds.TIMESTAMP, en="Updated", zh="更新时间", group=TRACE, owned=True, required=True
    )
    updated_by = Field(kind=kinds.UUID, en="Updated by", zh="更新人", group=TRACE, owned=True)

    def __init_subclass__(
        cls,
        *,
        noun: str,
        plural: str | None = None,
        single: bool = False,
        refers: str | None = None,
        extra: Sequence[Any] = (),
    ) -> None:
        plural = plural or f"{noun}s"
        cls.noun, cls.resource, cls.single = noun, plural.replace("_", "-"), single
        cls.key = "customer_id" if single else noun if noun.endswith("_id") else f"{noun}_id"
        cls.fields = _catalogue(cls)
        cls.summary = _summary(cls.fields)
        cls.envelopes = _envelopes(cls.fields)
        cls.table = _table(cls, plural, extra)
        cls.table.info[REFERS] = refers
        app_may = KEPT if single else READ_WRITE
        place(cls.table, Placement.CUSTOMER, "customer_id", app_may=app_may)
        RESOURCES[cls.resource] = cls


def found_by(record: type[Record], profiles: Sequence[type[Record]]) -> None:
    """Let a record be found by the settable members of its profiles; names must not clash."""
    lent = {
        entry.name: (profile, entry)
        for profile in profiles
        for entry in profile.fields.values()
        if not entry.owned
    }
    if clash := lent.keys() & record.fields.keys():
        message = f"{record.resource} and its profiles share {sorted(clash)}"
        raise ValueError(message)
    record.also_found_by = lent


def _catalogue(record: type[Record]) -> dict[str, Field]:
    """Order the members: keys, what the class declares, then the common ones."""
    key = () if record.single else (_key_field(record),)
    common = [entry for entry in vars(Record).values() if isinstance(entry, Field)]
    own = [entry for entry in vars(record).values() if isinstance(entry, Field)]
    ordered = (*key, common[0], *own, *common[1:])
    entries = [_own_copy(record, entry) for entry in ordered]
    for entry in entries:
        entry.home = record.resource
    return {entry.name: entry for entry in entries}


def _key_field(record: type[Record]) -> Field:
    entry = Field(kind=kinds.UUID, en="Id", zh="编号", group=RECORD, owned=True)
    entry.name = record.key
    return entry


def _own_copy(record: type[Record], entry: Field) -> Field:
    """Give a record its own entry, since each entry knows its column."""
    if entry.name in vars(record):
        return entry
    copy = Field(
        kind=entry.kind,
        en=entry.en,
        zh=entry.zh,
        group=entry.group,
        owned=entry.owned,
        required=entry.required,
        name=entry.name,
    )
    setattr(record, entry.name, copy)
    return copy


def _summary(fields: dict[str, Field]) -> frozenset[str] | None:
    """Return the members that a list shows unasked, or None when it shows them all."""
    listed = frozenset(name for name, entry in fields.items() if entry.listed)
    if any(not entry.is_sealed for name, entry in fields.items() if name not in listed):
        message = "a list leaves out sealed members only: it may be in order of any other"
        raise ValueError(message)
    return listed if len(listed) < len(fields) else None


def _envelopes(fields: dict[str, Field]) -> dict[str, tuple[Field, ...]]:
    grouped: dict[str, list[Field]] = {}
    for entry in fields.values():
        if entry.is_sealed:
            grouped.setdefault(entry.envelope, []).append(entry)
    return {name: tuple(entries) for name, entries in grouped.items()}


def _table(record: type[Record], name: str, extra: Sequence[Any]) -> Table:
    columns = [_column(record, entry) for entry in record.fields.values() if not entry.is_sealed]
    sealed = [Column(envelope, LargeBinary) for envelope in record.envelopes]
    key = ("customer_id",) if record.single else ("customer_id", record.key)
    owner = [] if record.noun == "customer" else [_belongs_to_customer()]
    version = Column("version", Integer, nullable=False, server_default="1")
    return Table(
        name, metadata, *columns, version, *sealed, PrimaryKeyConstraint(*key), *owner, *extra
    )


def _column(record: type[Record], entry: Field) -> Column[Any]:
    keys = {"customer_id", record.key}
    nullable = not entry.required and entry.name not in keys
    entry.column = Column(entry.name, entry.kind.column, nullable=nullable)
    return entry.column


def _belongs_to_customer() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE")


CUSTOMER_KEYS = place(
    Table(
        "customer_keys",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("wrapping_key", Integer, nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        PrimaryKeyConstraint("customer_id"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

LOOKUPS = place(
    Table(
        "lookups",
        metadata,
        Column("hash", LargeBinary, nullable=False),
        Column("kind", Text, nullable=False),
        Column("customer_id", Uuid, nullable=False),
        Column("row_id", Uuid, nullable=False),
        PrimaryKeyConstraint("hash", "kind", "customer_id", "row_id"),
    ),
    Placement.HASHED,
    "hash",
)

CLAIMS = place(
    Table(
        "claims",
        metadata,
        Column("hash", LargeBinary, nullable=False),
        Column("customer_id", Uuid, nullable=False),
        PrimaryKeyConstraint("hash"),
    ),
    Placement.HASHED,
    "hash",
)

HISTORY = place(
    Table(
        "customer_history",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("history_id", Uuid, nullable=False),
        Column("resource", Text, nullable=False),
        Column("row_id", Uuid, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("ended_at", DateTime(timezone=True), nullable=False),
        Column("ended_by", Uuid),
        Column("row", JSONB, nullable=False),
        PrimaryKeyConstraint("customer_id", "history_id"),
        _belongs_to_customer(),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=APPEND,
)

DUPLICATES = place(
    Table(
        "duplicate_candidates",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("other_id", Uuid, nullable=False),
        Column("reasons", ARRAY(Text), nullable=False),
        Column("status", Text, nullable=False, server_default="open"),
        Column("found_at", DateTime(timezone=True), nullable=False),
        Column("score", Double),
        Column("findings", ARRAY(Text)),
        PrimaryKeyConstraint("customer_id", "other_id"),
        Index("ix_duplicate_candidates_status_found_at", "status", "found_at"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)
