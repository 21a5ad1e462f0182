"""Routines: work that comes back by itself; of all processes one does it when it is due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import structlog
from sqlalchemy import Column, DateTime, PrimaryKeyConstraint, Table, Text

from app.core.clock import now
from app.core.problems import NotNow
from app.core.records import KEPT, Placement, metadata, place
from app.core.work import Platform

LOOK: Final = 1.0
STOPPING: Final = 5.0
# A run that has not ended for so long is taken to be lost with its process.
LOST_AFTER: Final = timedelta(minutes=15)

ROUTINES: Final = place(
    Table(
        "routines",
        metadata,
        Column("name", Text, nullable=False),
        Column("started_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("trouble", Text),
        PrimaryKeyConstraint("name"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)
CLAIM: Final = (
    "insert into routines (name, started_at) values ($1, $2) on conflict (name) do update "
    "set started_at = $2, ended_at = null where routines.started_at <= $3 "
    "and (routines.ended_at is not null or routines.started_at <= $4) returning name"
)
END: Final = "update routines set ended_at = $2, trouble = $3 where name = $1 and started_at = $4"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """Work to be done again `every` so often; its own units of work leave its audit lines.

    A run does a bounded piece, ends within `LOST_AFTER`, and does no harm when done twice.
    """

    name: str
    every: timedelta
    run: Callable[[Platform], Awaitable[None]]


class RoutineRunner:
    """Runs what is due, one after the other; any number of processes may have one each."""

    def __init__(self, platform: Platform, routines: Sequence[Routine]) -> None:
        self._platform = platform
        self._routines = routines
        self._stopping = asyncio.Event()
        self._next: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def started(cls, platform: Platform, routines: Sequence[Routine]) -> "RoutineRunner":
        """Return a runner that looks, once a second, for what is due."""
        runner = cls(platform, routines)
        runner._task = asyncio.create_task(runner._look(), name="routines")
        return runner

    async def stop(self) -> None:
        """Begin nothing more; what is running has five seconds to end."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOPPING)
            self._task.cancel()

    async def run_due(self) -> list[str]:
        """Run what is due and nobody else has begun; returns the names of what was run."""
        return [one.name for one in self._routines if self._is_due(one) and await self._take(one)]

    async def _look(self) -> None:
        while not self._stopping.is_set():
            with suppress(NotNow, asyncpg.PostgresError):
                await self.run_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK)

    def _is_due(self, routine: Routine) -> bool:
        """Whether to ask the table at all: a seldom routine costs nothing in between."""
        at = self._next.get(routine.name)
        return not self._stopping.is_set() and (at is None or now() >= at)

    async def _take(self, routine: Routine) -> bool:
        at = now()
        claim = [routine.name, at, at - routine.every, at - max(routine.every, LOST_AFTER)]
        claimed = await self._platform.database.fetch(CLAIM, claim)
        self._next[routine.name] = at + min(routine.every, timedelta(minutes=1))
        if not claimed:
            return False
        trouble = await self._outcome(routine)
        await self._platform.database.fetch(END, [routine.name, now(), trouble, at])
        return True

    async def _outcome(self, routine: Routine) -> str | None:
        """Run it once; what goes wrong is logged and named, and the next run tries again."""
        try:
            await routine.run(self._platform)
        except Exception as fault:
            log.exception("routine failed", routine=routine.name)
            return type(fault).__name__
        return None
