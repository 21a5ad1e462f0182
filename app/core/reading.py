"""Reading: a question without columns, completed by the actor's policy, compiled once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Select, Text, bindparam, cast, select, true
from sqlalchemy import Uuid as UuidType

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.problems import FieldNotAvailable, NotPermitted
from app.core.records import Record
from app.core.remembering import remembered
from app.core.sealing import CustomerKey, Sealing, unseal
from app.core.statements import Statement, compile_statement, key_of_each, within_reach

Row = Sequence[Any] | asyncpg.Record
WORDS: Final = {Decision.SHOW: "read", Decision.MASK: "masked", Decision.HIDE: "hidden"}


@dataclass(frozen=True, eq=False)
class Question:
    """A statement without its columns: which record, and which rows of it."""

    record: type[Record]
    build: Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope in a projection: where its bytes stand and what may leave it."""

    index: int
    name: str
    prefix: bytes
    shown: tuple[str, ...]
    masked: tuple[tuple[str, Callable[[Any], str]], ...]


@dataclass(slots=True)
class Opened:
    """A row opened for a change: what the actor sees, and what is needed to write it back."""

    values: dict[str, Any]
    version: int
    customer_id: UUID
    row_id: UUID
    key: CustomerKey
    stored: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """What one policy sees of one record: granted columns, and the steps from row to view."""

    record: type[Record]
    template: Mapping[str, Any]
    plain: tuple[str, ...]
    ids: tuple[tuple[str, int], ...]
    envelopes: tuple[Envelope, ...]
    disclosed: Mapping[str, str]
    at: int
    row_at: int

    def view(self, row: Row, sealing: Sealing) -> dict[str, Any]:
        """Fill the view from a row; hidden members keep the template's null."""
        values = self._plain_of(row)
        if not self.envelopes:
            return values
        key, place = self._key(row, sealing)
        for envelope in self.envelopes:
            if (sealed := row[envelope.index]) is not None:
                _show(envelope, unseal(key, envelope.prefix + place, sealed), values)
        return values

    def open(self, row: Row, sealing: Sealing) -> Opened:
        """Open a row for a change, keeping the whole content of every envelope read."""
        values = self._plain_of(row)
        key, place = self._key(row, sealing)
        stored: dict[str, Any] = dict(zip(self.plain, row, strict=False))
        stored.update((name, row[index]) for name, index in self.ids)
        for envelope in self.envelopes:
            if (sealed := row[envelope.index]) is not None:
                content = unseal(key, envelope.prefix + place, sealed)
                stored.update(content)
                _show(envelope, content, values)
        at = self.at
        return Opened(values, row[at + 1], row[at], row[self.row_at], key, stored)

    def of_values(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the view of a row just written, from its stored values."""
        values = dict(self.template)
        values.update((name, _plain(stored.get(name))) for name in self.plain)
        values.update((name, _plain(stored.get(name))) for name, _ in self.ids)
        for envelope in self.envelopes:
            _show(envelope, stored, values)
        return values

    def customers(self, rows: Iterable[Row]) -> list[str]:
        """Return the ids of the customers that rows belong to."""
        at = self.at
        return [str(row[at]) for row in rows]

    def _plain_of(self, row: Row) -> dict[str, Any]:
        values = dict(self.template)
        values.update(zip(self.plain, row, strict=False))
        for name, index in self.ids:
            values[name] = str(row[index])
        return values

    def _key(self, row: Row, sealing: Sealing) -> tuple[CustomerKey, bytes]:
        at = self.at
        customer_id = row[at]
        key = sealing.open_key(customer_id, row[at + 2], row[at + 3])
        return key, customer_id.bytes + row[self.row_at].bytes


# Behind the plain members: customer, version, wrapping key, wrapped key; then a row's own id.
META: Final = 4


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _show(envelope: Envelope, content: Mapping[str, Any], values: dict[str, Any]) -> None:
    for name in envelope.shown:
        values[name] = content.get(name)
    for name, mask in envelope.masked:
        value = content.get(name)
        values[name] = None if value is None else mask(value)


def available(record: type[Record], policy: Policy, names: Iterable[str]) -> list[Field]:
    """Return the named fields; raises FieldNotAvailable alike for hidden and unknown names."""
    asked = list(names)
    entries = [record.fields.get(name) for name in asked]
    known = [entry for entry in entries if entry and policy.on_read(entry) is not Decision.HIDE]
    if len(known) < len(asked):
        readable = {entry.name for entry in known}
        raise FieldNotAvailable(names=[name for name in asked if name not in readable])
    return known


@remembered(2048)
def project(record: type[Record], policy: Policy, names: frozenset[str] | None) -> Projection:
    """Derive what this policy sees of a record, or of the named members of it."""
    wanted = _wanted(record, policy, names)
    decisions = {entry.name: policy.on_read(entry) for entry in wanted}
    seen = [e for e in wanted if not e.is_sealed and decisions[e.name] is not Decision.HIDE]
    plain = tuple(entry.name for entry in seen if entry.name not in _keys(record))
    at = len(plain)
    row_at = at if record.single else at + META
    places = {"customer_id": at, record.key: row_at}
    disclosed = {
        name: WORDS[decision] for name, decision in decisions.items() if decision != Decision.HIDE
    }
    withheld = {
        name: WORDS[decision] for name, decision in decisions.items() if decision != Decision.SHOW
    }
    template: dict[str, Any] = dict.fromkeys(decisions)
    template["withheld"] = orjson.Fragment(orjson.dumps(withheld))
    return Projection(
        record=record,
        template=template,
        plain=plain,
        ids=tuple((e.name, places[e.name]) for e in seen if e.name in places),
        envelopes=_envelopes(record, decisions, at + META + len(_keys(record)) - 1),
        disclosed=disclosed,
        at=at,
        row_at=row_at,
    )


def _keys(record: type[Record]) -> tuple[str, ...]:
    """Return the columns that name a row; they are selected as they are, and once."""
    return ("customer_id",) if record.single else ("customer_id", record.key)


def _wanted(record: type[Record], policy: Policy, names: frozenset[str] | None) -> Sequence[Field]:
    if names is None or names == record.summary:
        require_seen(record, policy)
        kept = names or record.fields.keys()
    else:
        available(record, policy, sorted(names))
        kept = names | {record.key}
    return [entry for entry in record.fields.values() if entry.name in kept]


def require_seen(record: type[Record], policy: Policy) -> None:
    """Refuse a record of which the actor sees no member: even how many there are is hidden."""
    if not is_seen(record, policy):
        raise NotPermitted


def is_seen(record: type[Record], policy: Policy) -> bool:
    """Whether the actor sees any member of a record that a caller can set."""
    own = [entry for entry in record.fields.values() if not entry.owned]
    return any(policy.on_read(entry) is not Decision.HIDE for entry in own)


def _envelopes(
    record: type[Record], decisions: Mapping[str, Decision], start: int
) -> tuple[Envelope, ...]:
    found: list[Envelope] = []
    for name, entries in record.envelopes.items():
        shown = tuple(e.name for e in entries if decisions.get(e.name) is Decision.SHOW)
        masked = tuple(
            (e.name, e.kind.mask) for e in entries if decisions.get(e.name) is Decision.MASK
        )
        if shown or masked:
            prefix = f"{record.table.name}|{name}|".encode()
            found.append(Envelope(start + len(found), name, prefix, shown, masked))
    return tuple(found)


@remembered(2048)
def complete(
    question: Question, policy: Policy, names: frozenset[str] | None
) -> tuple[Statement, Projection]:
    """Complete a question with the policy's columns and reach, and compile it."""
    record = question.record
    projection = project(record, policy, names)
    table = record.table
    plain = [_readable(record.fields[name]) for name in projection.plain]
    sealed = [table.c[envelope.name] for envelope in projection.envelopes]
    keys = key_of_each(table)
    own = [table.c[name] for name in _keys(record)]
    asked = question.build(
        select(*plain, own[0], table.c.version, *keys.c, *own[1:], *sealed).select_from(
            table.join(keys, true())
        )
    )
    return compile_statement(within_reach(asked, table, policy)), projection


def the_row(record: type[Record]) -> list[Any]:
    """Return the conditions for one row: its customer's id, and its own where it has one."""
    asked = zip(_keys(record), ("customer_id", "row_id"), strict=False)
    return [record.table.c[name] == bindparam(param, type_=UuidType) for name, param in asked]


def _readable(entry: Field) -> Any:
    column = entry.open_column()
    return cast(column, Text).label(entry.name) if isinstance(column.type, UuidType) else column
