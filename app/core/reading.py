"""Reading: a question without columns, completed by the actor's policy, compiled once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, case, cast, select, true
from sqlalchemy import Uuid as UuidType

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.grants import Where
from app.core.permissions import Permission
from app.core.projections import Envelope, Projection, is_seen, keys_of, project
from app.core.reach import any_holds, within_reach
from app.core.records import Record, metadata
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement, key_of_each


@dataclass(frozen=True, eq=False)
class Question:
    """A statement without its columns: which record, and which rows of it.

    `used` are the fields that it compares or sorts by: a row is there only for those who see them
    in it, and those that are looked up by their whole value at least masked. With an `act`, only
    those rows are there that it may be done to.
    """

    record: type[Record]
    build: Callable[[Select[Any]], Select[Any]]
    used: tuple[Field, ...] = ()
    act: Permission | None = None


@remembered(2048)
def complete(
    question: Question, policy: Policy, names: frozenset[str] | None
) -> tuple[Statement, Projection]:
    """Complete a question with the policy's columns and reach, and compile it."""
    record = question.record
    projection = project(record, policy, names)
    table = record.table
    plain = [_granted(record.fields[name], policy) for name in projection.plain]
    sealed = [_envelope(record, envelope, policy) for envelope in projection.envelopes]
    keys = key_of_each(table)
    own = [table.c[name] for name in keys_of(record)]
    asked = question.build(
        select(*plain, own[0], table.c.version, *keys.c, *own[1:], *sealed).select_from(
            table.join(keys, true())
        )
    )
    needed = reach_of(record, policy, question.used, question.act)
    return compile_statement(within_reach(asked, table, policy, *needed, masked=True)), projection


def reach_of(
    record: type[Record],
    policy: Policy,
    used: Sequence[Field] = (),
    act: Permission | None = None,
) -> list[tuple[Where, ...]]:
    """Return for which customers the record is seen, each field used, and the act allowed."""
    seen = [policy.wheres(lambda part: is_seen(record, part)), *(_used(e, policy) for e in used)]
    return seen if act is None else [*seen, policy.allowed(act)]


def _used(entry: Field, policy: Policy) -> tuple[Where, ...]:
    """Return where a field may be compared: in clear, or if it is looked up, not hidden."""
    least = {Decision.MASK, Decision.SHOW} if entry.is_sealed else {Decision.SHOW}
    return policy.wheres(lambda part: part.on_read(entry) in least)


def _granted(entry: Field, policy: Policy) -> Any:
    """Select a column, where it is granted."""
    seen = policy.wheres(lambda part: part.on_read(entry) is not Decision.HIDE)
    return _where(_readable(entry), seen, policy, entry.name)


def _envelope(record: type[Record], envelope: Envelope, policy: Policy) -> Any:
    """Select an envelope, where anything in it is granted."""
    entries = record.envelopes[envelope.name]
    seen = policy.wheres(lambda part: any(part.on_read(e) is not Decision.HIDE for e in entries))
    return _where(record.table.c[envelope.name], seen, policy, envelope.name)


def _where(column: Any, seen: tuple[Where, ...], policy: Policy, name: str) -> Any:
    if len(seen) == len(policy.parts or (policy,)):
        return column
    return case((any_holds(seen, metadata.tables["customers"]), column)).label(name)


def the_row(record: type[Record]) -> list[Any]:
    """Return the conditions for one row: its customer's id, and its own where it has one."""
    asked = zip(keys_of(record), ("customer_id", "row_id"), strict=False)
    return [record.table.c[name] == bindparam(param, type_=UuidType) for name, param in asked]


def as_it_is(record: type[Record]) -> Select[Any]:
    """Select a row as the history keeps it: all members, its version, its envelopes."""
    kept = [entry.column for entry in record.fields.values() if entry.column is not None]
    sealed = [record.table.c[name] for name in record.envelopes]
    return select(*kept, record.table.c.version, *sealed)


def _readable(entry: Field) -> Any:
    column = entry.open_column()
    return cast(column, Text).label(entry.name) if isinstance(column.type, UuidType) else column
