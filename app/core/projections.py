"""Projections: what a policy sees of a record, and the steps from a row to a view."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.problems import FieldNotAvailable, NotPermitted
from app.core.records import Record
from app.core.remembering import remembered
from app.core.sealing import CustomerKey, Sealing, unseal

Row = Sequence[Any] | asyncpg.Record
WORDS: Final = {Decision.SHOW: "read", Decision.MASK: "masked", Decision.HIDE: "hidden"}
# Behind the plain members: customer, version, wrapping key, wrapped key; then a row's own id.
META: Final = 4


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
    policy: Policy


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """What one policy sees of one record: granted columns, and the steps from row to view.

    A policy with parts selects what any of them grants, where it is granted; which of them are
    about a row stands in its column `mask_at`, and `of` returns the projection for that row.
    """

    policy: Policy
    names: frozenset[str] | None
    record: type[Record]
    template: Mapping[str, Any]
    plain: tuple[str, ...]
    ids: tuple[tuple[str, int], ...]
    envelopes: tuple[Envelope, ...]
    disclosed: Mapping[str, str]
    at: int
    row_at: int
    mask_at: int | None

    def of(self, row: Row) -> "Projection":
        """Return the projection by what is granted for this row."""
        return self if self.mask_at is None else self.masked(row[self.mask_at])

    def masked(self, mask: int) -> "Projection":
        """Return the projection for rows that the parts of this mask are about."""
        return _variant(self.record, self.policy, self.names, mask)

    def view(self, row: Row, sealing: Sealing) -> dict[str, Any]:
        """Fill the view from a row; hidden members keep the template's null."""
        if self.mask_at is not None:
            return self.of(row).view(row, sealing)
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
        if self.mask_at is not None:
            return self.of(row).open(row, sealing)
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
        return Opened(values, row[at + 1], row[at], row[self.row_at], key, stored, self.policy)

    def of_values(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the view of a row just written, from its stored values."""
        values = dict(self.template)
        seen = [name for name in self.plain if name in self.disclosed]
        values.update((name, _plain(stored.get(name))) for name in seen)
        values.update((name, _plain(stored.get(name))) for name, _ in self.ids)
        for envelope in self.envelopes:
            _show(envelope, stored, values)
        return values

    def disclosed_in(self, rows: Sequence[Row]) -> Mapping[str, str]:
        """Return the fields that rows disclose and in which form, the clearest if in several."""
        if self.mask_at is None:
            return self.disclosed
        masks = {row[self.mask_at] for row in rows}
        found: dict[str, str] = {}
        for shown in (self.masked(mask).disclosed for mask in sorted(masks)):
            found |= {n: word for n, word in shown.items() if found.get(n) != WORDS[Decision.SHOW]}
        return found

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


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _show(envelope: Envelope, content: Mapping[str, Any], values: dict[str, Any]) -> None:
    for name in envelope.shown:
        values[name] = content.get(name)
    for name, mask in envelope.masked:
        value = content.get(name)
        values[name] = None if value is None else mask(value)


@remembered(2048)
def project(record: type[Record], policy: Policy, names: frozenset[str] | None) -> Projection:
    """Derive what this policy sees of a record, or of the named members of it."""
    return _projection(record, policy, policy, names)


@remembered(4096)
def _variant(
    record: type[Record], policy: Policy, names: frozenset[str] | None, mask: int
) -> Projection:
    """Derive what is seen of rows that only some parts of a policy are about."""
    return _projection(record, policy, policy.of_rows(mask), names)


def _projection(
    record: type[Record], selecting: Policy, policy: Policy, names: frozenset[str] | None
) -> Projection:
    """Derive a projection by one policy of columns that another one selects."""
    wanted = _wanted(record, selecting, names)
    decisions = {entry.name: policy.on_read(entry) for entry in wanted}
    selected = [e for e in wanted if selecting.on_read(e) is not Decision.HIDE]
    plain = tuple(e.name for e in selected if not e.is_sealed and e.name not in keys_of(record))
    at = len(plain)
    row_at = at if record.single else at + META
    places = {"customer_id": at, record.key: row_at}
    envelopes = _envelopes(selected, record, decisions, at + META + len(keys_of(record)) - 1)
    has_mask = bool(selecting.parts) and policy is selecting
    return Projection(
        policy=policy,
        names=names,
        record=record,
        template=_template(decisions),
        plain=plain,
        ids=tuple((n, place) for n, place in places.items() if _is_seen(n, decisions)),
        envelopes=tuple(one for one in envelopes if one.shown or one.masked or has_mask),
        disclosed={n: WORDS[d] for n, d in decisions.items() if d is not Decision.HIDE},
        at=at,
        row_at=row_at,
        mask_at=at + META + len(keys_of(record)) - 1 + len(envelopes) if has_mask else None,
    )


def _is_seen(name: str, decisions: Mapping[str, Decision]) -> bool:
    return decisions.get(name, Decision.HIDE) is not Decision.HIDE


def _template(decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Return the view of a row of which nothing is known."""
    withheld = {name: WORDS[d] for name, d in decisions.items() if d is not Decision.SHOW}
    return {**dict.fromkeys(decisions), "withheld": orjson.Fragment(orjson.dumps(withheld))}


def keys_of(record: type[Record]) -> tuple[str, ...]:
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
    selected: Sequence[Field], record: type[Record], decisions: Mapping[str, Decision], start: int
) -> list[Envelope]:
    """Return the envelopes that are selected, with what may leave of each."""
    names = {entry.envelope for entry in selected if entry.is_sealed}
    found: list[Envelope] = []
    for name in (one for one in record.envelopes if one in names):
        entries = record.envelopes[name]
        shown = tuple(e.name for e in entries if decisions.get(e.name) is Decision.SHOW)
        masked = tuple(
            (e.name, e.kind.mask) for e in entries if decisions.get(e.name) is Decision.MASK
        )
        prefix = f"{record.table.name}|{name}|".encode()
        found.append(Envelope(start + len(found), name, prefix, shown, masked))
    return found


def available(record: type[Record], policy: Policy, names: Iterable[str]) -> list[Field]:
    """Return the named fields; raises FieldNotAvailable alike for hidden and unknown names."""
    asked = list(names)
    entries = [record.fields.get(name) for name in asked]
    known = [entry for entry in entries if entry and policy.on_read(entry) is not Decision.HIDE]
    if len(known) < len(asked):
        readable = {entry.name for entry in known}
        raise FieldNotAvailable(names=[name for name in asked if name not in readable])
    return known
