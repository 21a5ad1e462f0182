"""Jobs that tests know, and how they are submitted and run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx

from app.core.access import ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.job_queue import enqueue
from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.core.work import Platform, UnitOfWork
from app.settings import Settings
from app.worker import open_worker
from tests.service import Service

OFF = "update users set status = 'suspended' where user_id = $1"


async def count(run: Run) -> None:
    """Count to a number."""
    run.total = run.parameters["to"]
    while run.done < run.total:
        async with run.step("Counting.", "计数中。"):
            run.done += 1
        await asyncio.sleep(run.parameters.get("pause", 0))
    run.result = {"counted": run.done}


async def fail(_run: Run) -> None:
    """Break."""
    raise RuntimeError


async def reach(run: Run) -> None:
    """Tell what the actor may do, step by step; wait for a sign in between."""
    while run.done < 2:
        async with run.step() as work:
            run.done += 1
            run.result = {**(run.result or {}), f"step {run.done}": sorted(work.actor.scopes)}
        await SIGN.wait()


SIGN = asyncio.Event()
WITHIN = 1.2  # changed rights are in force everywhere by then
COUNTING = Job(kind="tests.counted", permission=Permission.SIGNED_IN, run=count)
FAILING = Job(kind="tests.failed", permission=Permission.SIGNED_IN, run=fail)
REACHING = Job(kind="tests.reached", permission=Permission.CUSTOMERS_READ, run=reach)


@asynccontextmanager
async def running(settings: Settings, service: Service) -> AsyncIterator[None]:
    """Have the shipped worker for the length of a block."""
    async with open_worker(settings, service.app_url, ()) as worker:
        task = asyncio.create_task(worker.run())
        yield
        worker.stop()
        await task


async def id_of(client: httpx.AsyncClient) -> UUID:
    """Return whose client it is."""
    return UUID((await client.get("/v1/me")).json()["user_id"])


async def submitted(
    platform: Platform,
    client: httpx.AsyncClient,
    kind: str,
    narrowing: frozenset[str] | None = None,
    **parameters: Any,
) -> UUID:
    """Queue a job as a service would for this client, whose token may be a narrowed one."""
    actor = an_actor(ActorKind.PERSON, await id_of(client), scopes=["self:read"])
    actor = replace(actor, narrowing=narrowing)
    work = UnitOfWork(platform, Line(str(new_id()), actor=actor, operation="tested", status=200))
    async with work.pinned(), work.changing():
        return await enqueue(work, kind, parameters)
