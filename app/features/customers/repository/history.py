"""What a record was: its kept rows, projected by what the reader may see today."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Numeric, Text, Uuid, bindparam, select

from app.core.access import Policy
from app.core.kinds import DATE, Kind
from app.core.projections import Projection, project
from app.core.reach import within_reach
from app.core.reading import reach_of
from app.core.records import CUSTOMER_KEYS, HISTORY, Record
from app.core.remembering import remembered
from app.core.repository import Ids
from app.core.sealing import unseal
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork

# The driver takes the first and the last day for infinity, and PostgreSQL writes it so.
ENDS: Final = {"infinity": date.max, "-infinity": date.min}


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it was until it was changed or removed."""

    row_id: UUID
    ended_at: datetime
    ended_by: UUID | None
    values: dict[str, Any]


class HistoryRepository:
    """Reads kept rows; columns that the reader may not see are never selected."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def kept(self, record: type[Record], ids: Ids, granted: Policy) -> list[Kept]:
        """Return what a row was, oldest first, by what is granted for its customer today."""
        statement, projection = _statement(record, self.work.actor.policy, granted)
        rows = await self.work.fetch(statement, {**ids.params(), "resource": record.resource})
        if rows:
            self.work.note([str(ids.customer_id)], record.resource, projection.disclosed)
        return [self._view(row, projection) for row in rows]

    def _view(self, row: asyncpg.Record, projection: Projection) -> Kept:
        sealing = self.work.platform.sealing
        key = sealing.open_key(row["customer_id"], row["wrapping_key"], row["wrapped"])
        place = row["customer_id"].bytes + row["row_id"].bytes
        fields = projection.record.fields
        stored = {name: from_kept(fields[name].kind, row[name]) for name in projection.plain}
        for name, _ in projection.ids:
            stored[name] = row["customer_id" if name == "customer_id" else "row_id"]
        for envelope in projection.envelopes:
            if (text := row[envelope.name]) is not None:
                sealed = bytes.fromhex(text.removeprefix("\\x"))
                stored.update(unseal(key, envelope.prefix + place, sealed))
        return Kept(row["row_id"], row["ended_at"], row["ended_by"], projection.of_values(stored))


def from_kept(kind: Kind, value: Any) -> Any:
    """Bring an open value from the kept JSON back to its stored form."""
    if kind is DATE and value in ENDS:
        return ENDS[value]
    return None if value is None else kind.normalise(value)


def _member(record: type[Record], name: str) -> Any:
    """Pick a member of a kept row; decimals as text, since JSON numbers are read as floats."""
    kept = HISTORY.c.row[name]
    is_decimal = isinstance(record.fields[name].kind.column, Numeric)
    return kept.astext if is_decimal else kept


@remembered(256)
def _statement(
    record: type[Record], policy: Policy, granted: Policy
) -> tuple[Statement, Projection]:
    projection = project(record, granted, None)
    plain = [_member(record, name).label(name) for name in projection.plain]
    sealed = [HISTORY.c.row[e.name].astext.label(e.name) for e in projection.envelopes]
    meta = [
        HISTORY.c.customer_id,
        HISTORY.c.row_id,
        HISTORY.c.ended_at,
        HISTORY.c.ended_by,
        CUSTOMER_KEYS.c.wrapping_key,
        CUSTOMER_KEYS.c.wrapped,
    ]
    asked = (
        select(*plain, *meta, *sealed)
        .select_from(HISTORY)
        .join(CUSTOMER_KEYS, CUSTOMER_KEYS.c.customer_id == HISTORY.c.customer_id)
        .where(
            HISTORY.c.customer_id == bindparam("customer_id", type_=Uuid),
            HISTORY.c.resource == bindparam("resource", type_=Text),
            HISTORY.c.row_id == bindparam("row_id", type_=Uuid),
        )
        .order_by(HISTORY.c.ended_at, HISTORY.c.history_id)
    )
    needed = reach_of(record, policy)
    return compile_statement(within_reach(asked, HISTORY, policy, *needed)), projection
