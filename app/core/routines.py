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

    A run does a bounded piece, and does no harm when done twice: one that has not ended after
    `lost_after` is taken to be lost with its process.
    """

    name: str
    every: timedelta
    run: Callable[[Platform], Awaitable[None]]
    lost_after: timedelta = LOST_AFTER


class RoutineRunner:
    """Runs what is due, each routine on its own; any number of processes may have one each."""

    def __init__(self, platform: Platform, routines: Sequence[Routine]) -> None:
        self._platform = platform
        self._routines = routines
        self._stopping = asyncio.Event()
        self._next: dict[str, datetime] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def started(cls, platform: Platform, routines: Sequence[Routine]) -> "RoutineRunner":
        """Return a runner that looks, once a second, for what is due."""
        runner = cls(platform, routines)
        runner._tasks = [asyncio.create_task(runner._look(one), name=one.name) for one in routines]
        return runner

    async def stop(self) -> None:
        """Begin nothing more; what is running has five seconds to end."""
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOPPING)
            for task in late:
                task.cancel()

    async def run_due(self) -> list[str]:
        """Run what is due and nobody else has begun; returns the names of what was run."""
        return [one.name for one in self._routines if await self._run(one)]

    async def _look(self, routine: Routine) -> None:
        """Look after one routine: one that takes long keeps no other waiting."""
        while not self._stopping.is_set():
            with suppress(NotNow, asyncpg.PostgresError):
                await self._run(routine)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK)

    def _is_due(self, routine: Routine) -> bool:
        """Whether to ask the table at all: a seldom routine costs nothing in between."""
        at = self._next.get(routine.name)
        return not self._stopping.is_set() and (at is None or now() >= at)

    async def _run(self, routine: Routine) -> bool:
        """Run a routine if it is due, and nobody else has begun."""
        if not self._is_due(routine):
            return False
        at = now()
        lost = max(routine.every, routine.lost_after)
        claim = [routine.name, at, at - routine.every, at - lost]
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
