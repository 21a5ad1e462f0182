"""The worker of the service: connected as the service is, with the same tools and no HTTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final

from app.core import keys
from app.core.database import Database, Waits
from app.core.job_worker import Worker
from app.core.ledger import Ledger
from app.core.passwords import Passwords
from app.core.routines import Routine, RoutineRunner
from app.core.sealing import Sealing
from app.core.work import Platform
from app.features.identity.ended import EndedSessions
from app.features.jobs.submitters import StaffSubmitters
from app.features.staff.directory import StaffDirectory
from app.jobs import all_jobs
from app.settings import Settings
from app.tools import tokens_of, tools_of

# Nobody waits for an answer; a step of a job may take its time.
PATIENT: Final = Waits(statement=60, lock=30, connection=30)
FOR_EACH: Final = 2  # connections of a job: one for its step, one for what stands by itself
FOR_ALL: Final = 2


@asynccontextmanager
async def open_worker(
    settings: Settings, url: str, routines: Sequence[Routine]
) -> AsyncIterator[Worker]:
    """Connect a worker that does these routines, too; raises KeysRefused, NotNow."""
    async with AsyncExitStack() as stack:
        platform, directory = await _platform(settings, url, stack)
        stack.push_async_callback(RoutineRunner.started(platform, routines).stop)
        yield Worker(
            platform,
            all_jobs(),
            StaffSubmitters(directory),
            url,
            at_once=settings.jobs.at_once,
            lease=timedelta(seconds=settings.jobs.lease_seconds),
        )


async def _platform(
    settings: Settings, url: str, stack: AsyncExitStack
) -> tuple[Platform, StaffDirectory]:
    ring = keys.load(settings.keys_folder)
    size = FOR_EACH * settings.jobs.at_once + FOR_ALL
    database = await Database.connect(url, size=size, waits=PATIENT)
    stack.push_async_callback(database.close)
    async with database.connection() as connection:
        await keys.verify_keys(connection, ring)
    ledger = Ledger(url, PATIENT)
    await ledger.start()
    stack.push_async_callback(ledger.close)
    directory = StaffDirectory(database, tokens_of(settings, ring), EndedSessions(database))
    await directory.refresh()
    watching = asyncio.create_task(directory.watch(), name="staff directory")
    stack.callback(watching.cancel)
    sealing = Sealing(ring.wrapping, ring.index, lambda: keys.load(settings.keys_folder).wrapping)
    tools = tools_of(settings, ring, directory)
    stack.callback(tools[Passwords].close)
    return Platform(database, ledger, sealing, ring.mac_key, tools), directory
