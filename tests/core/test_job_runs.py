"""Runs: a step stands whole or not at all, under a lease that nobody else holds, with rights."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.core.access import Actor
from app.core.job_queue import LeaseLostError, enqueue
from app.core.job_runs import Run, SubmitterNotActive
from app.core.job_worker import Worker
from app.core.jobs import job_work
from app.core.work import Platform
from tests.conftest import DatabaseUrls
from tests.core.job_scene import Table, a_job, a_worker, queued, steps, tally

pytestmark = pytest.mark.usefixtures("quick_jobs")


async def test_a_step_that_fails_leaves_nothing(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """Effect, progress and checkpoint go together, also for code that catches the fault."""
    seen: list[Any] = []
    job_id = await queued(platform)

    async def run(run: Run) -> None:
        try:
            async with run.step("Broken.", "中断。") as work:
                await tally(work, run, 7)
                run.done, run.checkpoint["place"] = 5, 5
                raise LookupError  # noqa: TRY301 - as code within a step does
        except LookupError:
            seen.extend([run.done, run.checkpoint])
        async with run.step() as work:
            await tally(work, run, 8)

    async with a_worker(platform, database_urls.app, a_job(run)):
        row = await table.until(job_id, "succeeded")

    assert seen == [0, {}]
    assert (row["done"], row["step"]) == (0, None)
    assert await table.marks(job_id) == [8]


async def test_a_lost_lease_writes_nothing(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A worker that was thought dead can neither end its step nor begin another."""
    at_work, go_on, lost = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(run: Run) -> None:
        if run.taken.starts == 1:
            at_work.set()
            await go_on.wait()
        try:
            async with run.step() as work:
                await tally(work, run, run.taken.starts)
        except LeaseLostError:
            lost.set()
            raise

    job_id = await queued(platform)
    async with a_worker(platform, database_urls.app, a_job(run), lease=60):
        await at_work.wait()
        await table.ask("update jobs set due_at = now() where job_id = $1", job_id)
        async with a_worker(platform, database_urls.app, a_job(run), lease=60):
            row = await table.until(job_id, "succeeded")
        go_on.set()
        await lost.wait()

    assert row["starts"] == 2
    assert await table.marks(job_id) == [2]


async def test_a_step_keeps_others_off(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """While a step is in its transaction nobody takes the job, however old the lease is."""
    in_step, go_on = asyncio.Event(), asyncio.Event()

    async def run(run: Run) -> None:
        async with run.step() as work:
            await tally(work, run, run.taken.starts)
            in_step.set()
            await go_on.wait()

    job_id = await queued(platform)
    async with a_worker(platform, database_urls.app, a_job(run), lease=60):
        await in_step.wait()
        await table.ask("update jobs set due_at = now() where job_id = $1", job_id)
        async with a_worker(platform, database_urls.app, a_job(run), lease=60):
            await asyncio.sleep(0.5)
            go_on.set()
            row = await table.until(job_id, "succeeded")

    assert row["starts"] == 1
    assert await table.marks(job_id) == [1]


async def test_a_lease_is_prolonged_and_its_loss_breaks_off(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """Long work outside a step goes on under its lease, and ends when another has the job."""
    broken_off = asyncio.Event()

    async def run(run: Run) -> None:
        if run.taken.starts > 1:
            return
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            broken_off.set()
            raise

    job_id = await queued(platform)
    async with a_worker(platform, database_urls.app, a_job(run), lease=0.6):
        await asyncio.sleep(1.2)
        assert (await table.row(job_id))["starts"] == 1
        await table.ask(
            "update jobs set lease = gen_random_uuid(), due_at = now() where job_id = $1", job_id
        )
        row = await table.until(job_id, "succeeded")
        await broken_off.wait()

    assert row["starts"] == 2


async def test_cancelling_ends_before_the_next_step(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """What the steps did stays, and no further one begins."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(steps(50, 0.05))):
        await table.until_row(job_id, lambda row: row["done"] >= 2)
        await table.ask("update jobs set cancel_asked = true where job_id = $1", job_id)
        row = await table.until(job_id, "cancelled")

    assert 2 <= row["done"] < 50
    assert await table.marks(job_id) == [*range(row["done"])]


async def test_whoever_may_not_act_has_no_job(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A submitter without rights at the time of the run: no step is begun."""
    ran: list[str] = []

    async def run(run: Run) -> None:
        async with run.step():
            ran.append("step")

    job_id = await queued(platform)
    worker = Worker(platform, [a_job(run)], Nobody(), database_urls.app)
    running = asyncio.create_task(worker.run())
    row = await table.until(job_id, "failed")
    worker.stop()
    await running

    assert (row["trouble"], ran) == ("submitter-not-active", [])
    assert [line["status"] for line in await table.lines(job_id)] == [403]


async def test_nothing_of_a_job_stands_in_clear(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """Parameters, checkpoint and result are sealed."""
    job_id = await queued(platform, name="canary-4711")

    async def run(run: Run) -> None:
        async with run.step():
            run.checkpoint = run.result = {"found": run.parameters["name"]}
        raise RuntimeError(run.parameters["name"])

    async with a_worker(platform, database_urls.app, a_job(run)):
        row = await table.until(job_id, "held")

    assert row["checkpoint"] is not None
    assert row["result"] is not None
    assert "canary" not in str(row) + str(await table.lines(job_id))
    assert b"canary" not in row["parameters"] + row["checkpoint"] + row["result"]


class Nobody:
    """Submitters who all have left."""

    async def refresh(self) -> None:
        """Know them all already."""

    def actor(
        self, _submitter_id: UUID, _session: str, _narrowing: frozenset[str] | None = None
    ) -> Actor:
        """Let nobody act."""
        raise SubmitterNotActive


async def test_what_the_service_submits_has_scopes_of_its_own(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A routine's job acts as the system, with what is declared and no more."""
    held: list[Any] = []

    async def run(run: Run) -> None:
        async with run.step() as work:
            held.extend([work.actor.username, sorted(work.actor.scopes)])

    work = job_work(platform, "tested")
    async with work.pinned():
        job_id = await enqueue(work, "tests.done", {})
    job = a_job(run, system_scopes=("customers:read",))
    async with a_worker(platform, database_urls.app, job):
        await table.until(job_id, "succeeded")

    assert held == ["operator", ["customers:read", "self:read"]]
