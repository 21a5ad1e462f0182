"""Writing: statements that change a record, keep what it was, and carry the audit line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    CTE,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.audit import AS_ARRAY, AUDIT_LINES, WRITTEN
from app.core.fields import Field
from app.core.match_keys import Key, add_keys, rekeyed, tokens_of, unkeyed
from app.core.pairing import paired
from app.core.reading import as_it_is, the_row
from app.core.records import HISTORY, LOOKUPS, Record
from app.core.remembering import remembered
from app.core.sealing import CustomerKey, Sealing, place_prefix, seal
from app.core.statements import Statement, compile_statement

COPY_FROM: Final = 50
ARRAYS: Final = {"text[]": ARRAY(Text), "uuid[]": ARRAY(Uuid)}
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows of a record are written: open fields, columns of our own, envelopes, in order."""

    open: tuple[tuple[str, Any], ...]
    internal: tuple[str, ...]
    envelopes: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in the order in which `Draft.row` fills them."""
        return (*(name for name, _ in self.open), *self.internal, *self.envelopes)


@dataclass(slots=True)
class Draft:
    """A row about to be written: stored values by field, and columns outside the catalogue."""

    record: type[Record]
    customer_id: UUID
    row_id: UUID
    key: CustomerKey
    values: dict[str, Any]
    internal: dict[str, Any] = field(default_factory=dict)
    _row: Row | None = None
    _pairs: list[tuple[bytes, str]] | None = None
    _tokens: list[int] | None = None

    def row(self) -> Row:
        """Return the row as it is stored, worked out once: open values plain, others sealed."""
        if self._row is None:
            layout, values, internal = layout_of(self.record), self.values, self.internal
            ids = self.customer_id.bytes + self.row_id.bytes
            self._row = (
                *[values.get(name, default) for name, default in layout.open],
                *[internal.get(name) for name in layout.internal],
                *[self._sealed(envelope, ids) for envelope in layout.envelopes],
            )
        return self._row

    def sealed(self, envelope: str) -> bytes | None:
        """Seal one envelope, or nothing when all its values are empty."""
        return self._sealed(envelope, self.customer_id.bytes + self.row_id.bytes)

    def _sealed(self, envelope: str, ids: bytes) -> bytes | None:
        prefix, names = _envelope(self.record, envelope)
        values = self.values
        held = {name: values[name] for name in names if values.get(name) is not None}
        return seal(self.key, prefix + ids, held) if held else None

    def pairs(self, sealing: Sealing) -> list[tuple[bytes, str]]:
        """Return hash and kind of the looked-up values, worked out once."""
        if self._pairs is None:
            self._pairs = lookups_of(self.record, self.values, sealing)
        return self._pairs

    def lookups(self, sealing: Sealing) -> list[tuple[bytes, str, UUID, UUID]]:
        """Return the blind-index rows of the looked-up values."""
        return [(hash_, kind, self.customer_id, self.row_id) for hash_, kind in self.pairs(sealing)]

    def match_keys(self, sealing: Sealing) -> list[Key]:
        """Return the rows of the keys that likely doubles share, worked out once."""
        if self._tokens is None:
            self._tokens = tokens_of(self.record, self.values, sealing)
        return [(token, self.customer_id, self.row_id) for token in self._tokens]


@remembered(64)
def layout_of(record: type[Record]) -> Layout:
    """Return how rows of a record are written."""
    fields = record.fields.values()
    plain = tuple((entry.name, entry.default) for entry in fields if not entry.is_sealed)
    known = {name for name, _ in plain} | record.envelopes.keys() | {"version"}
    internal = tuple(column.name for column in record.table.c if column.name not in known)
    return Layout(plain, internal, tuple(record.envelopes))


@remembered(256)
def _envelope(record: type[Record], envelope: str) -> tuple[bytes, tuple[str, ...]]:
    names = tuple(entry.name for entry in record.envelopes[envelope])
    return place_prefix(record.table.name, envelope), names


def lookups_of(
    record: type[Record], values: Mapping[str, Any], sealing: Sealing
) -> list[tuple[bytes, str]]:
    """Return hash and kind of every value of a row that a blind index finds."""
    return [
        (sealing.blind(kind, str(value)), kind)
        for name, entry in _looked_up(record)
        if (value := values.get(name)) is not None and (kind := entry.lookup_in(values))
    ]


@remembered(64)
def looked_up_by(record: type[Record]) -> frozenset[str]:
    """Return the fields on whose values the look-ups of a row depend."""
    fields = [entry for _, entry in _looked_up(record)]
    return frozenset(e.name for e in fields) | {e.lookup_by for e in fields if e.lookup_by}


@remembered(64)
def _looked_up(record: type[Record]) -> tuple[tuple[str, Field], ...]:
    return tuple((n, e) for n, e in record.fields.items() if e.lookup or e.lookup_by)


async def insert_rows(
    connection: asyncpg.Connection, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows of one table: by COPY when there are many, else in one pipelined statement."""
    if len(rows) >= COPY_FROM:
        await connection.copy_records_to_table(table, records=rows, columns=columns)
    elif rows:
        places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
        named = ", ".join(columns)
        sql = f"insert into {table} ({named}) values ({places})"  # noqa: S608 - catalogue names
        await connection.executemany(sql, rows)


async def insert_drafts(
    connection: asyncpg.Connection, drafts: Sequence[Draft], sealing: Sealing
) -> None:
    """Insert drafts with their look-ups, one table after the other in order of appearance."""
    by_record: dict[type[Record], list[Row]] = {}
    lookups: dict[tuple[Any, ...], None] = {}
    keys: list[Key] = []
    for draft in drafts:
        keys += draft.match_keys(sealing)
        by_record.setdefault(draft.record, []).append(draft.row())
        lookups.update(dict.fromkeys(draft.lookups(sealing)))
    for record, rows in by_record.items():
        await insert_rows(connection, record.table.name, layout_of(record).columns, rows)
    await insert_rows(connection, "lookups", LOOKUPS.c.keys(), list(lookups))
    await add_keys(connection, keys)


@remembered(1024)
def change_statement(
    record: type[Record], columns: tuple[str, ...], *, moves: bool, rekeys: bool = False
) -> Statement:
    """Compile a guarded UPDATE that keeps the row as it was and carries the line."""
    table = record.table
    values = {name: bindparam(f"set_{name}", type_=table.c[name].type) for name in columns}
    was = _was(record)
    changed = (
        update(table)
        .where(*_guard(record))
        .values(version=table.c.version + 1, **values)
        .returning(table.c.customer_id)
        .cte("changed")
    )
    parts = [_kept(was, changed), _line(changed)]
    if moves:
        parts += _moved(changed)
    if rekeys:
        parts += rekeyed(changed)
    return compile_statement(select(changed.c.customer_id).add_cte(*parts))


@remembered(256)
def removal_statement(record: type[Record]) -> Statement:
    """Compile a guarded DELETE that keeps the row as it was and carries the line."""
    table = record.table
    was = _was(record)
    gone = delete(table).where(*_guard(record)).returning(table.c.customer_id).cte("changed")
    parts = [_kept(was, gone), _line(gone), _forgotten(gone), unkeyed(gone)]
    return compile_statement(select(gone.c.customer_id).add_cte(*parts))


def _guard(record: type[Record]) -> list[Any]:
    version = record.table.c.version
    return [*the_row(record), version == bindparam("was_version", type_=Integer)]


def _was(record: type[Record]) -> CTE:
    return as_it_is(record).where(*_guard(record)).cte("was")


def _kept(was: CTE, changed: CTE) -> CTE:
    """Keep the row as it was in the history, in the transaction that changes it."""
    kept = select(
        bindparam("customer_id", type_=Uuid),
        bindparam("history_id", type_=Uuid),
        bindparam("resource", type_=Text),
        bindparam("row_id", type_=Uuid),
        was.c.version,
        bindparam("ended_at", type_=DateTime(timezone=True)),
        bindparam("ended_by", type_=Uuid),
        func.to_jsonb(literal_column("was")),
    ).select_from(was.join(changed, was.c.customer_id == changed.c.customer_id))
    return insert(HISTORY).from_select(list(HISTORY.c.keys()), kept).cte("kept")


def _line(changed: CTE) -> CTE:
    values = [_line_value(name) for name in WRITTEN]
    line = select(*values).select_from(changed)
    return insert(AUDIT_LINES).from_select(list(WRITTEN), line).cte("line")


def _line_value(name: str) -> Any:
    value = bindparam(f"line_{name}", type_=Text if name in AS_ARRAY else AUDIT_LINES.c[name].type)
    return cast(value, ARRAYS[AS_ARRAY[name]]) if name in AS_ARRAY else value


def _forgotten(changed: CTE) -> CTE:
    """Take all the row's look-ups away."""
    return (
        delete(LOOKUPS)
        .where(
            LOOKUPS.c.customer_id == changed.c.customer_id,
            LOOKUPS.c.row_id == bindparam("row_id", type_=Uuid),
        )
        .cte("forgotten")
    )


def _moved(changed: CTE) -> list[CTE]:
    """Take away the look-ups of the old values and bring those of the new ones."""
    gone = (
        delete(LOOKUPS)
        .where(
            LOOKUPS.c.customer_id == changed.c.customer_id,
            LOOKUPS.c.row_id == bindparam("row_id", type_=Uuid),
            LOOKUPS.c.hash == any_(bindparam("gone_hashes", type_=ARRAY(LargeBinary))),
        )
        .cte("gone")
    )
    pairs = (
        func.unnest(
            bindparam("come_hashes", type_=ARRAY(LargeBinary)),
            bindparam("come_kinds", type_=ARRAY(Text)),
        )
        .table_valued("hash", "kind")
        .render_derived(name="come")
    )
    row_id = bindparam("row_id", type_=Uuid)
    come = select(pairs.c.hash, pairs.c.kind, changed.c.customer_id, row_id)
    put = insert(LOOKUPS).from_select(list(LOOKUPS.c.keys()), come.select_from(changed, pairs))
    return [gone, put.cte("put"), paired(changed)]


def stamps(at: datetime, by: UUID | None) -> dict[str, Any]:
    """Return the trace columns of a new row."""
    return {"created_at": at, "created_by": by, "updated_at": at, "updated_by": by}
