"""Carrying: parts of one customer put under another, sealed anew, each kept in the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, func, insert, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.clock import new_id, now
from app.core.match_keys import drop_keys
from app.core.reading import as_it_is
from app.core.records import HISTORY, RESOURCES, Record
from app.core.remembering import remembered
from app.core.sealing import CustomerKey, place_of, unseal
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.core.writing import Draft, insert_drafts, lookups_of
from app.features.customers.models import ExternalId, Relationship
from app.features.customers.repository.merging import claim_over
from app.features.customers.repository.opening import claim_digest

FORGET: Final = (
    "delete from lookups l using unnest($1::bytea[], $2::uuid[]) as gone (hash, row_id) "
    "where l.hash = gone.hash and l.customer_id = $3 and l.row_id = gone.row_id"
)
REPOINT: Final = (
    "update relationships r set other_id = $1, version = version + 1 "
    "from unnest($2::uuid[], $3::uuid[]) as m (customer_id, relationship_id) "
    "where r.customer_id = m.customer_id and r.relationship_id = m.relationship_id"
)


@dataclass(frozen=True, slots=True)
class End:
    """A customer that parts are taken from or put under, and its key."""

    customer_id: UUID
    key: CustomerKey


@dataclass(frozen=True, slots=True)
class Part:
    """A whole row of a customer, opened without regard to who acts: nothing of it may be lost."""

    record: type[Record]
    row_id: UUID
    values: Mapping[str, Any]

    @property
    def stamp(self) -> str:
        """When it was changed last: it tells whether it is still what it was."""
        return str(self.values["updated_at"].isoformat())


def carried() -> list[type[Record]]:
    """Return the kinds of parts that go along: all that have rows of their own."""
    return [record for record in RESOURCES.values() if not record.single]


class PartsRepository:
    """Reads whole parts of customers that are held, and carries them from one to the other."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def of(self, end: End, record: type[Record]) -> list[Part]:
        """Return all parts of a kind, opened whole."""
        rows = await self.work.fetch(_all_of(record), {"customer_id": end.customer_id})
        return [_opened(record, end, row) for row in rows]

    async def carry(
        self, connection: asyncpg.Connection, parts: Sequence[Part], here: End, there: End
    ) -> None:
        """Take parts from one customer and put them under the other, sealed with its key."""
        sealing = self.work.platform.sealing
        for record in dict.fromkeys(part.record for part in parts):
            same = [part for part in parts if part.record is record]
            await self.take(connection, same, here)
            await insert_drafts(connection, [_draft(part, there) for part in same], sealing)
            if record is ExternalId:
                for part in same:
                    digest = claim_digest(sealing, part.values)
                    await claim_over(self.work, digest, there.customer_id)
            if record is Relationship:
                await self._repoint(connection, same, there.customer_id)

    async def take(self, connection: asyncpg.Connection, parts: Sequence[Part], here: End) -> None:
        """Take parts of one kind away, with their look-ups; they stay in the history."""
        record, ids = parts[0].record, [part.row_id for part in parts]
        await self._keep(record, here.customer_id, ids)
        await self.work.fetch(_removal(record), {"customer_id": here.customer_id, "ids": ids})
        sealing = self.work.platform.sealing
        pairs = [(h, p.row_id) for p in parts for h, _ in lookups_of(record, p.values, sealing)]
        if pairs:
            hashes, rows = (list(column) for column in zip(*pairs, strict=True))
            await connection.execute(FORGET, hashes, rows, here.customer_id)
        await drop_keys(
            connection, [key for part in parts for key in _draft(part, here).match_keys(sealing)]
        )

    async def put(self, connection: asyncpg.Connection, part: Part, there: End) -> None:
        """Put a part under a customer."""
        await insert_drafts(connection, [_draft(part, there)], self.work.platform.sealing)

    async def _repoint(
        self, connection: asyncpg.Connection, ties: Sequence[Part], to: UUID
    ) -> None:
        """Let the mirrors of ties, which stand under the other customers, name the new one."""
        others = [UUID(str(tie.values["other_id"])) for tie in ties]
        for other, tie in zip(others, ties, strict=True):
            await self._keep(Relationship, other, [tie.row_id])
        await connection.execute(REPOINT, to, others, [tie.row_id for tie in ties])

    async def _keep(self, record: type[Record], customer_id: UUID, ids: list[UUID]) -> None:
        params = {
            "customer_id": customer_id,
            "ids": ids,
            "history_ids": [new_id() for _ in ids],
            "at": now(),
            "by": self.work.actor.actor_id,
        }
        await self.work.fetch(_kept(record), params)


def _opened(record: type[Record], end: End, row: asyncpg.Record) -> Part:
    row_id = row[record.key]
    values = {n: row[n] for n, entry in record.fields.items() if not entry.is_sealed}
    for envelope in record.envelopes:
        if (sealed := row[envelope]) is not None:
            place = place_of(record.table.name, envelope, end.customer_id, row_id)
            values |= unseal(end.key, place, sealed)
    return Part(record, row_id, values)


def _draft(part: Part, there: End) -> Draft:
    values = {**part.values, "customer_id": there.customer_id}
    return Draft(part.record, there.customer_id, part.row_id, there.key, values)


@remembered(64)
def _all_of(record: type[Record]) -> Statement:
    table = record.table
    asked = select(table).where(table.c.customer_id == bindparam("customer_id", type_=Uuid))
    return compile_statement(asked.order_by(table.c[record.key]).with_for_update())


@remembered(64)
def _removal(record: type[Record]) -> Statement:
    table = record.table
    gone = delete(table).where(
        table.c.customer_id == bindparam("customer_id", type_=Uuid),
        table.c[record.key] == any_of("ids"),
    )
    return compile_statement(gone)


@remembered(64)
def _kept(record: type[Record]) -> Statement:
    """Keep rows as they are in the history."""
    table = record.table
    was = (
        as_it_is(record)
        .where(
            table.c.customer_id == bindparam("customer_id", type_=Uuid),
            table.c[record.key] == any_of("ids"),
        )
        .cte("was")
    )
    given = func.unnest(
        bindparam("ids", type_=ARRAY(Uuid)), bindparam("history_ids", type_=ARRAY(Uuid))
    )
    pairs = given.table_valued("row_id", "history_id").render_derived(name="given")
    rows = select(
        was.c.customer_id,
        pairs.c.history_id,
        bindparam("resource", record.resource, type_=Text),
        pairs.c.row_id,
        was.c.version,
        bindparam("at", type_=DateTime(timezone=True)),
        bindparam("by", type_=Uuid),
        func.to_jsonb(literal_column("was")),
    ).select_from(was.join(pairs, was.c[record.key] == pairs.c.row_id))
    return compile_statement(insert(HISTORY).from_select(list(HISTORY.c.keys()), rows))
