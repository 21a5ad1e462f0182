"""Routines: one process at a time does what comes back by itself, and goes on after faults."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import asyncpg

from app.core import routines
from app.core.clock import now
from app.core.routines import Routine, RoutineRunner
from app.core.work import Platform
from tests.conftest import DatabaseUrls

OFTEN = timedelta(seconds=0)
SELDOM = timedelta(hours=1)


def counting(name: str, every: timedelta, ran: list[str]) -> Routine:
    """A routine that notes when it ran."""

    async def run(_platform: Platform) -> None:
        ran.append(name)
        await asyncio.sleep(0.05)

    return Routine(name=name, every=every, run=run)


def failing() -> Callable[[Platform], Awaitable[None]]:
    """What a routine with a fault does."""

    async def run(_platform: Platform) -> None:
        raise LookupError("gone")

    return run


async def test_of_several_processes_one_runs_what_is_due(platform: Platform) -> None:
    """Ten runners that look at the same moment run a due routine once."""
    ran: list[str] = []
    runners = [RoutineRunner(platform, [counting("one", SELDOM, ran)]) for _ in range(10)]
    taken = await asyncio.gather(*(runner.run_due() for runner in runners))
    assert ran == ["one"]
    assert sorted(map(len, taken)) == [*[0] * 9, 1]


async def test_what_is_not_due_is_left(platform: Platform) -> None:
    """A runner that starts anew goes by the table: within the hour nothing is run again."""
    ran: list[str] = []
    routine = counting("hourly", SELDOM, ran)
    assert await RoutineRunner(platform, [routine]).run_due() == ["hourly"]
    assert await RoutineRunner(platform, [routine]).run_due() == []
    assert ran == ["hourly"]


async def test_a_fault_is_noted_and_the_others_run(
    platform: Platform, database_urls: DatabaseUrls
) -> None:
    """A routine that fails leaves the kind of its trouble; those after it run all the same."""
    ran: list[str] = []
    failed = Routine(name="failing", every=OFTEN, run=failing())
    runner = RoutineRunner(platform, [failed, counting("after", OFTEN, ran)])
    assert await runner.run_due() == ["failing", "after"]
    connection = await asyncpg.connect(database_urls.owner)
    trouble = await connection.fetchval("select trouble from routines where name = 'failing'")
    await connection.close()
    assert trouble == "LookupError"


async def test_a_run_lost_with_its_process_is_begun_again(platform: Platform) -> None:
    """A run that never ended holds the others back only until it counts as lost."""
    ran: list[str] = []
    begin = [now(), now() - SELDOM, now()]
    await platform.database.fetch(routines.CLAIM, ["lost", *begin])
    routine = counting("lost", OFTEN, ran)
    assert await RoutineRunner(platform, [routine]).run_due() == []
    routine = replace(routine, lost_after=timedelta(0))
    assert await RoutineRunner(platform, [routine]).run_due() == ["lost"]


async def test_a_started_runner_works_until_it_is_stopped(platform: Platform) -> None:
    """Started it runs by itself; stopped it lets what is running end."""
    ran: list[str] = []
    runner = RoutineRunner.started(platform, [counting("by itself", SELDOM, ran)])
    for _ in range(100):
        if ran:
            break
        await asyncio.sleep(0.02)
    await runner.stop()
    assert ran == ["by itself"]
