"""Loading a table: batch after batch, one being written while the next is made ready."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar, cast

from app.core.access import REACH_ALL, Actor, ActorKind, an_actor
from app.core.audit import Line
from app.core.breathing import breathing
from app.core.clock import new_id
from app.core.fields import GROUPS
from app.core.jobs import OPERATOR
from app.core.permissions import Permission
from app.core.problems import NotPermitted, Problem
from app.core.repository import require_writable
from app.core.work import Platform, UnitOfWork
from app.features.exchange.cells import is_filled
from app.features.exchange.headings import Headings, find_headings
from app.features.exchange.incoming import Outcome, RowReader
from app.features.exchange.references import References
from app.features.exchange.refusals import RefusedRows
from app.features.exchange.service import HEAVY, Batch, LoadingService
from app.features.exchange.sheets import Sheet, SheetRow

A = TypeVar("A")
B = TypeVar("B")
BATCH: Final = 1_000
OPERATION: Final = "load_customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a table is to be loaded: by whom, under which names, and whether only to try."""

    actor: Actor
    references: References = field(default_factory=References)
    system: str = "load"
    is_dry_run: bool = False


@dataclass(slots=True)
class Tally:
    """How far a load has come."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    unknown: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows are done with."""
        return self.outcomes.total()


def operator() -> Actor:
    """Return who loads when nobody is named; may write every field of every customer."""
    scopes = {f"{group}:write" for group in GROUPS} | {REACH_ALL, Permission.CUSTOMERS_WRITE}
    return an_actor(ActorKind.JOB, OPERATOR, username="operator", roles=("job",), scopes=scopes)


class Loader:
    """Loads one table."""

    def __init__(
        self,
        platform: Platform,
        order: Order,
        sheet: Sheet,
        refused: RefusedRows,
        report: Callable[[Tally], None],
    ) -> None:
        self._platform = platform
        self._order = order
        self._sheet = sheet
        self._refused = refused
        self._report = report
        self._request_id = str(new_id())
        self._tally = Tally()
        self._seen: set[int] = set()

    async def load(self) -> Tally:
        """Take all rows; what was taken already stays when this is interrupted.

        Raises HeadersUnknown, HeaderTwice, FileDamaged, NotPermitted, FieldNotAvailable,
        FieldReadOnly, NotNow.
        """
        headings, rows = find_headings(self._sheet.rows)
        await self._admit(headings)
        self._refused.begin(headings)
        self._tally.unknown = headings.unknown
        reader = RowReader(headings, self._order.references, self._order.system)
        filled = (row for row in rows if is_filled("".join(row.cells)))
        ready = await self._ready(filled, reader)
        while ready is not None:
            _, ready = await _both(self._take(ready), self._ready(filled, reader))
        return self._tally

    async def _admit(self, headings: Headings) -> None:
        """Refuse a table whole when the actor may not write each of its columns."""
        work = self._work()
        try:
            if not work.actor.may(Permission.CUSTOMERS_WRITE):
                raise NotPermitted
            for record, names in headings.fields().items():
                require_writable(record, work.actor.policy, dict.fromkeys(sorted(names)))
        except Problem as problem:
            work.line.status = problem.status
            await work.settle()
            raise

    async def _ready(self, rows: Iterator[SheetRow], reader: RowReader) -> "_Ready | None":
        """Read and prepare the next batch; None at the end of the table."""
        read = [reader.read(row) async for row in breathing(islice(rows, BATCH), HEAVY)]
        if not read:
            return None
        service = LoadingService(self._work())
        return _Ready(service, await service.prepare(read))

    async def _take(self, ready: "_Ready") -> None:
        if self._order.is_dry_run:
            await ready.service.try_out(ready.batch, self._seen)
        else:
            await ready.service.take(ready.batch)
        for row in ready.batch.rows:
            self._tally.outcomes[row.outcome] += 1
            if row.outcome is Outcome.REFUSED:
                self._tally.codes.update({refusal.code for refusal in row.refusals})
                self._refused.add(row.row, row.refusals)
        self._report(self._tally)

    def _work(self) -> UnitOfWork:
        """Open the unit of work of one batch."""
        detail = {"file": self._sheet.digest[:16], "dry_run": self._order.is_dry_run}
        line = Line(
            self._request_id,
            source="command line",
            actor=self._order.actor,
            operation=OPERATION,
            status=200,
            detail=detail,
        )
        return UnitOfWork(self._platform, line)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A batch that can be written, with the unit of work to write it in."""

    service: LoadingService
    batch: Batch


async def _both(first: Awaitable[A], second: Awaitable[B]) -> tuple[A, B]:
    """Let both come to their end, also when one of them fails."""
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return cast("tuple[A, B]", tuple(outcomes))
