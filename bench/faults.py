"""The faults: service and database killed, stopped or locked out, each process by its own id."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import asyncpg

from app.postgres.addresses import Role
from bench.contenders import start_service, until_listening
from bench.ground import Ground
from bench.journal import Crowd, statuses
from bench.processes import below

BACK: Final = 10.0
REFUSED_WITHIN: Final = 2.5
DRAINED_WITHIN: Final = 30.0
LOCK: Final = "lock table audit_lines in access exclusive mode"


class UnkeptError(Exception):
    """A promise that did not hold."""


@dataclass
class Scene:
    """The service under load, and what it stands on."""

    ground: Ground
    port: int
    crowd: Crowd
    unable_seconds: float = 10.0
    refused_within: float = REFUSED_WITHIN

    async def start(self) -> None:
        """Start the service, and wait until it listens."""
        url = self.ground.cluster.addresses.app
        self.service = start_service(self.ground.home, url, self.port)
        await until_listening(self.port, self.service)

    async def end_service(self, number: int) -> int:
        """Send the service a signal, and return how it ended."""
        self.service.send_signal(number)
        return await asyncio.to_thread(self.service.wait, DRAINED_WITHIN)


async def service_killed(scene: Scene) -> str:
    """Kill the service; whoever watches it starts it again."""
    await scene.end_service(signal.SIGKILL)
    await scene.start()
    return f"answers {await scene.crowd.until_answered(BACK):.1f} s after its start"


async def postgres_killed(scene: Scene) -> str:
    """Kill PostgreSQL's first process; the service stays, and finds the new one by itself."""
    await _kill_postgres(scene)
    await scene.ground.cluster.start()
    if scene.service.poll() is not None:
        raise UnkeptError("the service ended with the database")
    return f"answers {await scene.crowd.until_answered(BACK):.1f} s after the database"


async def both_killed(scene: Scene) -> str:
    """Kill both at once."""
    await _kill_postgres(scene)
    await scene.end_service(signal.SIGKILL)
    await scene.ground.cluster.start()
    await scene.start()
    return f"answers {await scene.crowd.until_answered(BACK):.1f} s after its start"


async def audit_locked(scene: Scene) -> str:
    """Lock the audit away: nothing may be shown or changed meanwhile."""
    addresses = scene.ground.cluster.addresses
    connection = await asyncpg.connect(addresses.dsn(Role.SUPERUSER))
    try:
        async with connection.transaction():
            await connection.execute(LOCK)
            found = await _unable(scene)
    finally:
        await connection.close()
    return f"{found}; answers {await scene.crowd.until_answered(BACK):.1f} s after"


async def postgres_stopped(scene: Scene) -> str:
    """Stop every process of PostgreSQL for a while, as a machine out of breath does."""
    processes = below(scene.ground.postmaster)
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        found = await _unable(scene)
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
    return f"{found}; answers {await scene.crowd.until_answered(BACK):.1f} s after"


async def service_told_to_end(scene: Scene) -> str:
    """Ask the service to end: it finishes what it was asked, then goes."""
    broken, began = scene.crowd.journal.broken, time.monotonic()
    status = await scene.end_service(signal.SIGTERM)
    seconds = time.monotonic() - began
    cut_off = scene.crowd.journal.broken - broken
    if status not in {0, -signal.SIGTERM} or cut_off:
        raise UnkeptError(f"ended with {status}, {cut_off} answers were cut off")
    await scene.start()
    await scene.crowd.until_answered(BACK)
    return f"drained in {seconds:.1f} s"


async def _unable(scene: Scene) -> str:
    """Wait while no line can be written; what was asked in that time is refused, and in time."""
    began, journal = time.monotonic(), scene.crowd.journal
    await asyncio.sleep(scene.unable_seconds)
    end = time.monotonic()
    asked_meanwhile = journal.between(began, end)
    if any(one.status != 503 or one.shows_data for one in asked_meanwhile):
        raise UnkeptError(f"answered without a line: {statuses(asked_meanwhile)}")
    refused = [one.seconds for one in journal.answers if began < one.at < end and one.status == 503]
    found = f"{len(refused)} refusals, the slowest after {max(refused, default=0):.2f} s"
    if not refused or max(refused) > scene.refused_within:
        raise UnkeptError(found)
    return found


async def _kill_postgres(scene: Scene) -> None:
    os.kill(scene.ground.postmaster, signal.SIGKILL)
    while scene.ground.cluster.is_alive():  # noqa: ASYNC110 - a process tells nobody of its end
        await asyncio.sleep(0.02)


FAULTS: Final[tuple[Callable[[Scene], Awaitable[str]], ...]] = (
    service_killed,
    postgres_killed,
    both_killed,
    audit_locked,
    postgres_stopped,
    service_told_to_end,
)
