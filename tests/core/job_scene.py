"""A scene for tests of jobs: workers of a process, and a tally that each step writes once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.core.access import Actor, ActorKind, an_actor
from app.core.job_queue import enqueue
from app.core.job_runs import Job, Run
from app.core.job_worker import Worker
from app.core.permissions import Permission
from app.core.work import Platform, UnitOfWork
from tests.core.works import a_work

PATIENCE = 60.0  # a process of its own takes long to start on a busy machine
# What the steps of tests write: into a table that the app role may write to.
TALLY = "insert into idempotency_keys values ($1, $2, '', now())"


class Anybody:
    """Submitters who all may act."""

    async def refresh(self) -> None:
        """Know them all already."""

    def actor(
        self, submitter_id: UUID, session: str, _narrowing: frozenset[str] | None = None
    ) -> Actor:
        """Let everybody act."""
        return an_actor(ActorKind.JOB, submitter_id, scopes=("self:read",), session=session)


def a_job(run: Callable[[Run], Awaitable[None]], **more: Any) -> Job:
    """Declare a job of a kind that tests know."""
    return Job(**{"kind": "tests.done", "permission": Permission.SIGNED_IN, "run": run, **more})


async def tally(work: UnitOfWork, run: Run, number: int) -> None:
    """Write a mark in a step; the same mark twice is refused by the key."""
    async with work.pinned() as connection:
        await connection.execute(TALLY, run.job_id.bytes + number.to_bytes(4, "big"), b"")


def steps(count: int, seconds: float = 0.0) -> Callable[[Run], Awaitable[None]]:
    """Run so many steps, each with its mark."""

    async def run(run: Run) -> None:
        run.total = count
        while run.done < count:
            async with run.step(f"Step {run.done + 1}.", f"第 {run.done + 1} 步。") as work:
                await tally(work, run, run.done)
                await asyncio.sleep(seconds)
                run.done += 1
                run.checkpoint["place"] = run.done
        run.result = {"done": run.done}

    return run


async def queued(platform: Platform, **parameters: Any) -> UUID:
    """Queue a job in a transaction of its own."""
    work = a_work(platform)
    async with work.pinned(), work.changing():
        return await enqueue(work, "tests.done", parameters)


@asynccontextmanager
async def a_worker(
    platform: Platform, url: str, *jobs: Job, lease: float = 3.0, at_once: int = 4
) -> AsyncIterator[Worker]:
    """Have a worker for the length of a block."""
    worker = Worker(platform, jobs, Anybody(), url, at_once=at_once, lease=timedelta(seconds=lease))
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


@dataclass(frozen=True, slots=True)
class Table:
    """The jobs as their owner sees them."""

    url: str

    async def row(self, job_id: UUID) -> dict[str, Any]:
        """Return a job."""
        rows = await self.ask("select * from jobs where job_id = $1", job_id)
        return dict(rows[0])

    async def marks(self, job_id: UUID) -> list[int]:
        """Return the marks that a job's steps have left."""
        sql = "select hash from idempotency_keys where substr(hash, 1, 16) = $1 order by hash"
        return [
            int.from_bytes(row["hash"][16:], "big") for row in await self.ask(sql, job_id.bytes)
        ]

    async def lines(self, job_id: UUID) -> list[dict[str, Any]]:
        """Return the audit lines of a job, oldest first."""
        sql = "select * from audit_lines where request_id = $1 order by seq"
        return [dict(row) for row in await self.ask(sql, str(job_id))]

    async def until(self, job_id: UUID, *states: str) -> dict[str, Any]:
        """Wait until a job is in one of these states."""
        return await self.until_row(job_id, lambda row: row["state"] in states)

    async def until_row(
        self, job_id: UUID, condition: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """Wait until a job is as it should be."""
        row = await self.row(job_id)
        until = asyncio.get_running_loop().time() + PATIENCE
        while not condition(row):
            assert asyncio.get_running_loop().time() < until, row
            await asyncio.sleep(0.02)
            row = await self.row(job_id)
        return row

    async def ask(self, sql: str, *args: Any) -> Sequence[asyncpg.Record]:
        """Run a statement as the owner."""
        connection = await asyncpg.connect(self.url)
        try:
            return list(await connection.fetch(sql, *args))
        finally:
            await connection.close()
