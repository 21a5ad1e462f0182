"""The unit of work: one actor, one audit line, the only door to rows."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg

from app.core.access import Actor, Policy
from app.core.audit import WRITTEN, Line, MacKey, shown_digest, shown_text, values_sql
from app.core.clock import CHINA
from app.core.database import Database
from app.core.ledger import Ledger
from app.core.metering import UNMETERED, Meter, Tally
from app.core.pool import begun
from app.core.projections import Opened, Projection
from app.core.reach import reach_params
from app.core.reading import Question, complete
from app.core.sealing import Sealing
from app.core.statements import Statement

INSERT_LINE: Final = f"insert into audit_lines ({', '.join(WRITTEN)}) select {values_sql(1)}"
INSERT_PROJECTION: Final = "insert into projections values ($1, $2) on conflict do nothing"


@dataclass(slots=True)
class Platform:
    """What a process has once: database, ledger, keys, and the tools that features bring."""

    database: Database
    ledger: Ledger
    sealing: Sealing
    mac_key: MacKey
    tools: dict[type, Any] = field(default_factory=dict)
    known_projections: set[bytes] = field(default_factory=set)
    meter: Meter = UNMETERED
    zone: ZoneInfo = CHINA


class UnitOfWork:
    """Reads, weighs and changes for one actor, and notes each on its one audit line."""

    __slots__ = ("_pinned", "before", "is_pinned", "line", "platform", "settled", "tally")

    def __init__(self, platform: Platform, line: Line) -> None:
        self.platform = platform
        self.line = line
        self.tally = Tally(platform.meter)
        self.before: list[Line] = []
        self.settled = False
        self.is_pinned = False  # whether what is written stands with a transaction that is held
        self._pinned: asyncpg.Connection | None = None

    @property
    def actor(self) -> Actor:
        """Who acts, as the line names them."""
        return self.line.actor

    async def read(
        self,
        question: Question,
        params: Mapping[str, Any],
        names: frozenset[str] | None = None,
        policy: Policy | None = None,
        shown: int | None = None,
    ) -> list[dict[str, Any]]:
        """Ask, and return views of what the actor may see; notes ids and fields on the line.

        `shown` is how many of them an answer shows at most: a page asks for one more than that.
        """
        policy = policy or self.actor.policy
        statement, projection = complete(question, policy, names)
        rows = await self.fetch(statement, params)
        self._note(projection, rows[:shown])
        sealing = self.platform.sealing
        return [projection.view(row, sealing) for row in rows]

    async def open(
        self,
        question: Question,
        params: Mapping[str, Any],
        names: frozenset[str] | None = None,
    ) -> Opened | None:
        """Open one record for a change; its values count as disclosed only when shown."""
        opened = await self.open_many(question, params, names)
        return opened[0] if opened else None

    async def open_many(
        self, question: Question, params: Mapping[str, Any], names: frozenset[str] | None
    ) -> list[Opened]:
        """Open records to hold against what comes in; what is out of reach is not there."""
        statement, projection = complete(question, self.actor.policy, names)
        rows = await self.fetch(statement, params)
        self._note(projection, rows)
        return [projection.open(row, self.platform.sealing) for row in rows]

    async def fetch(self, statement: Statement, params: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a compiled statement with the actor's reach bound."""
        args = statement.args({**reach_params(self.actor), **params})
        if self._pinned is not None:
            return await self._pinned.fetch(statement.sql, *args)
        return await self.platform.database.fetch(statement.sql, args)

    async def change(self, statement: Statement, params: Mapping[str, Any]) -> bool:
        """Run a guarded change that carries the line; False when its guard did not hold."""
        self.tally.show(self.line)
        row = self.line.row(self.platform.mac_key, await self._know_projection())
        line = {f"line_{name}": value for name, value in zip(WRITTEN, row, strict=True)}
        self.settled = bool(await self.fetch(statement, {**line, **params}))
        return self.settled

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[asyncpg.Connection]:
        """Run several statements and the line in one transaction: all of it or nothing."""
        await self._know_projection()
        async with AsyncExitStack() as stack:
            connection = self._pinned
            if connection is None:
                connection = await stack.enter_async_context(self.platform.database.transaction())
            else:
                await stack.enter_async_context(begun(connection))
            yield connection
            self.tally.show(self.line)
            await connection.execute(INSERT_LINE, *self.line.row(self.platform.mac_key))
        self.settled = True

    @asynccontextmanager
    async def pinned(self) -> AsyncIterator[asyncpg.Connection]:
        """Hold one transaction over several changes, or go on in the one that is held already."""
        if self._pinned is not None:
            yield self._pinned
            return
        async with self.platform.database.transaction() as connection:
            self._pinned, self.is_pinned = connection, True
            try:
                yield connection
            finally:
                self._pinned, self.is_pinned = None, False

    def next_line(self) -> None:
        """Begin a further line of the same request, once the one before stands with its change."""
        if self.settled:
            self.before.append(self.line)
            self.line = self.line.continued()
            self.settled = False

    async def settle(self) -> None:
        """Make the line durable through the ledger, unless a change has carried it."""
        row = self.line.row(self.platform.mac_key, await self._know_projection())
        await self.platform.ledger.write(row)

    def note(self, subjects: Iterable[str], resource: str, shown: Mapping[str, str]) -> None:
        """Note on the line what is disclosed of whom."""
        self.line.note_subjects(subjects)
        self.line.shown[resource] = {**self.line.shown.get(resource, {}), **shown}

    def _note(self, projection: Projection, rows: list[asyncpg.Record]) -> None:
        if rows:
            resource = projection.record.resource
            known = self.line.shown.get(resource)
            shown = projection.disclosed_in(rows)
            self.line.shown[resource] = shown if known is None else {**known, **shown}
            self.line.note_subjects(projection.customers(rows))

    async def _know_projection(self) -> bytes | None:
        """Store the disclosed field set once, before a line refers to it by its digest."""
        shown = self.line.shown
        digest = shown_digest(shown)
        known = self.platform.known_projections
        if digest is None or digest in known:
            return digest
        row = [digest, shown_text(shown)]
        if self._pinned is not None:
            # A second connection may be what all others wait for, who wait for this transaction;
            # it is not known for good, since the transaction may come to nothing.
            await self._pinned.execute(INSERT_PROJECTION, *row)
        else:
            await self.platform.database.fetch(INSERT_PROJECTION, row)
            known.add(digest)
        return digest
