"""Jobs as they run in processes of their own, killed at any moment and told to stop."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.core.work import Platform
from app.features.handover import service as handover
from app.settings import Settings
from tests.conftest import DatabaseUrls
from tests.core.job_process import COUNT
from tests.core.job_scene import Table, queued
from tests.features.handover.test_departing import depart, owning
from tests.features.staff.inviting import active
from tests.journeys.running import ROOT
from tests.service import Service

KILLS = 6


@asynccontextmanager
async def process(*command: str, **surroundings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python in a process of its own; it ends with the block."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        cwd=ROOT,
        env={**os.environ, **surroundings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def test_a_killed_worker_does_nothing_twice(
    platform: Platform, database_urls: DatabaseUrls, home: Path
) -> None:
    """Killed again and again in the middle of a job, each step has its effect exactly once."""
    table = Table(database_urls.owner)
    job_id = await queued(platform)
    command = ("tests.core.job_process", database_urls.app, str(home / "keys"))

    for _ in range(KILLS):
        done = (await table.row(job_id))["done"]
        async with process(*command) as worker:
            await table.until_row(job_id, partial(_got_on, done))
            await asyncio.sleep(random.uniform(0, 0.05))
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
    async with process(*command):
        row = await table.until(job_id, "succeeded")

    assert row["starts"] >= KILLS
    assert await table.marks(job_id) == [*range(COUNT)]
    lines = [line for line in await table.lines(job_id) if line["session"] != "worker"]
    assert len(lines) == COUNT


def _got_on(was: int, row: dict[str, Any]) -> bool:
    return bool(row["done"] > was)


@pytest.fixture(scope="module")
async def table(staffed_service: Service) -> Table:
    """The jobs of the staffed service."""
    return Table(staffed_service.owner_url)


async def test_a_departure_goes_on_by_itself(
    staffed_service: Service,
    settings: Settings,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the request had no time for is handed over by `cims worker`, which ends when told to."""
    leaver, customers = await owning(staffed_service, 4)
    heir = await active(staffed_service, roles=["sales"])
    with monkeypatch.context() as patch:
        patch.setattr(handover.HandoverService.depart, "__defaults__", (0.0,))
        answer = await depart(staffed_service, leaver, heir)
    job = answer.json()["job_id"]
    surroundings = {
        "CIMS_HOME": str(settings.home),
        "CIMS_DATABASE__URL": staffed_service.app_url,
    }

    async with process("app.cli", "worker", **surroundings) as worker:
        row = await table.until(job, "succeeded")
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.wait(), 60) == 0

    administrator = await staffed_service.as_("administrator")
    shown = (await administrator.get(answer.headers["location"])).json()
    assert answer.headers["location"] == f"/v1/jobs/{job}"
    assert (shown["state"], shown["done"], shown["total"]) == ("succeeded", 4, 4)
    assert shown["result"] == {"handed_over": 4, "remaining": 0}
    lines = await table.lines(row["job_id"])
    assert {str(one) for line in lines for one in line["subjects"]} == set(customers)
    assert {line["actor_id"] for line in lines} == {row["submitter_id"]}
    officer = await staffed_service.as_("data_officer")
    owner = (await officer.get(f"/v1/customers/{customers[0]}")).json()["owner_id"]
    assert owner == heir["user_id"]
