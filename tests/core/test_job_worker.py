"""Workers: each step once, one worker a job, and every end told."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from app.core import job_worker
from app.core.job_runs import Run
from app.core.problems import NotFound, NotNow
from app.core.work import Platform
from tests.conftest import DatabaseUrls
from tests.core.job_scene import Table, a_job, a_worker, queued, steps, tally

pytestmark = pytest.mark.usefixtures("quick_jobs")
BACKOFF = job_worker._backoff  # noqa: SLF001 - the fixture below replaces it


def failing(fault: Exception, times: int = 1_000) -> Callable[[Run], Awaitable[None]]:
    """Do one step, then fail so many times."""
    left = [times]

    async def run(run: Run) -> None:
        if not run.done:
            async with run.step() as work:
                await tally(work, run, 0)
                run.done = 1
        if left[0]:
            left[0] -= 1
            raise fault

    return run


async def test_a_job_is_done_in_steps(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """Each step leaves its effect, its progress and its line; the end has a line as well."""
    job_id = await queued(platform, name="value")

    async with a_worker(platform, database_urls.app, a_job(steps(3))):
        row = await table.until(job_id, "succeeded")

    assert (row["done"], row["total"], row["starts"]) == (3, 3, 1)
    assert (row["step"], row["step_zh"]) == ("Step 3.", "第 3 步。")
    assert (row["lease"], row["checkpoint"], row["trouble"]) == (None, None, None)
    assert await table.marks(job_id) == [0, 1, 2]
    lines = await table.lines(job_id)
    assert {(line["operation"], line["actor_kind"], line["actor_id"]) for line in lines} == {
        ("tests.done", "job", row["submitter_id"])
    }
    assert [line["session"] for line in lines] == [*["worker, start 1"] * 3, "worker"]
    assert '"state":"succeeded"' in lines[-1]["detail"]


async def test_many_workers_begin_a_job_once(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """Five workers side by side do twenty jobs, each of them once."""
    jobs = [await queued(platform) for _ in range(20)]

    async with AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(
                a_worker(platform, database_urls.app, a_job(steps(2, 0.01)), at_once=2)
            )
        rows = [await table.until(job_id, "succeeded") for job_id in jobs]

    assert {row["starts"] for row in rows} == {1}
    assert [await table.marks(job_id) for job_id in jobs] == [[0, 1]] * 20


async def test_what_breaks_is_held(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A fault of ours is not tried again; what was done stays, and the job can be seen."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(failing(RuntimeError("canary")))):
        row = await table.until(job_id, "held")

    assert (row["trouble"], row["starts"], row["done"]) == ("broken", 1, 1)
    assert row["ended_at"] is not None
    assert [line["status"] for line in await table.lines(job_id)] == [200, 500]


async def test_what_a_rule_refuses_fails(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A refusal ends the job under its name."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(failing(NotFound()))):
        row = await table.until(job_id, "failed")

    assert row["trouble"] == "not-found"
    assert [line["status"] for line in await table.lines(job_id)] == [200, 404]


async def test_troubles_that_pass_are_tried_again(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A declared trouble is tried again, and the step before it is not repeated."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(failing(NotNow(), times=2))):
        row = await table.until(job_id, "succeeded")

    assert (row["starts"], row["trouble"]) == (3, None)
    assert await table.marks(job_id) == [0]


async def test_troubles_that_do_not_pass_hold_the_job(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """After so many tries without getting on it is held, with the trouble that it met."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(failing(NotNow()), tries=3)):
        row = await table.until(job_id, "held")

    assert row["trouble"] == "not-now"
    assert row["starts"] == 4  # the first start got on


def test_the_wait_grows() -> None:
    """Each try waits up to twice as long as the one before, five minutes at most."""
    waits = [BACKOFF(attempts).total_seconds() for attempts in (1, 3, 20)]

    assert 1 <= waits[0] <= 2
    assert 4 <= waits[1] <= 8
    assert 150 <= waits[2] <= 300


async def test_a_worker_that_stops_gives_its_jobs_back(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """The step is ended, the lease given up, and the next worker goes on at once."""
    job_id = await queued(platform)
    async with a_worker(platform, database_urls.app, a_job(steps(10, 0.05)), lease=60):
        await table.until_row(job_id, lambda row: row["done"] >= 2)
    given_back = await table.row(job_id)
    async with a_worker(platform, database_urls.app, a_job(steps(10))):
        row = await table.until(job_id, "succeeded")

    assert (given_back["state"], given_back["lease"], given_back["attempts"]) == ("queued", None, 0)
    assert row["starts"] == 2
    assert await table.marks(job_id) == [*range(10)]


async def test_what_does_not_stop_is_broken_off(
    platform: Platform,
    database_urls: DatabaseUrls,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A step that takes too long is undone, and the job given back."""
    monkeypatch.setattr(job_worker, "DRAIN", 0.2)
    begun = asyncio.Event()

    async def run(run: Run) -> None:
        async with run.step() as work:
            await tally(work, run, 1)
            begun.set()
            await asyncio.sleep(30)

    job_id = await queued(platform)
    async with a_worker(platform, database_urls.app, a_job(run), lease=60):
        await begun.wait()

    row = await table.row(job_id)
    assert (row["state"], row["starts"], row["attempts"]) == ("queued", 1, 0)
    assert await table.marks(job_id) == []
    await table.ask("delete from jobs where job_id = $1", job_id)


async def test_what_kills_its_workers_is_held(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A job whose starts never came to an end is not begun for ever."""
    job_id = await queued(platform)
    await table.ask("update jobs set starts = 5, attempts = 5 where job_id = $1", job_id)

    async with a_worker(platform, database_urls.app, a_job(steps(1))):
        row = await table.until(job_id, "held")

    assert (row["trouble"], row["starts"]) == ("breaks-again", 6)
    assert await table.marks(job_id) == []


async def test_a_worker_is_told(
    platform: Platform, database_urls: DatabaseUrls, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is queued begins at once, without looking again and again."""
    monkeypatch.setattr(job_worker, "LOOK", 60)
    async with a_worker(platform, database_urls.app, a_job(steps(1))):
        await asyncio.sleep(0.3)
        row = await table.until(await queued(platform), "succeeded")

    assert (row["started_at"] - row["queued_at"]).total_seconds() < 1


async def test_other_kinds_are_left_to_others(
    platform: Platform, database_urls: DatabaseUrls, table: Table
) -> None:
    """A worker of an older release leaves alone what it does not know."""
    job_id = await queued(platform)

    async with a_worker(platform, database_urls.app, a_job(steps(1), kind="tests.other")):
        await asyncio.sleep(0.3)

    assert (await table.row(job_id))["state"] == "queued"
    await table.ask("delete from jobs where job_id = $1", job_id)
