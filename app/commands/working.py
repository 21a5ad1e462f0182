"""Commands that work: `worker` by itself, and the worker that stands beside the service.

The worker is a process of its own: what takes a core must not keep the answers waiting.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any, Final

import typer
import uvloop

from app.commands.checks import require_ready
from app.commands.logging import configure_logging
from app.commands.surroundings import console, database_urls, one_sentence, settings_and_home
from app.core.job_worker import Worker
from app.routines import all_routines
from app.settings import Settings
from app.worker import open_worker

BESIDE: Final = "--beside"
PAUSE: Final = 1.0
STOPPING: Final = 45.0
NICENESS: Final = 10  # the answers come first


def worker(
    *,
    beside: Annotated[
        bool, typer.Option(BESIDE, hidden=True, help="End with the process that started it.")
    ] = False,
) -> None:
    """Do what is queued and what comes back by itself; any number of workers may run."""
    with one_sentence(), suppress(KeyboardInterrupt):
        uvloop.run(_work(settings_and_home(), beside=beside))


async def _work(settings: Settings, *, beside: bool) -> None:
    async with database_urls(settings) as urls:
        await require_ready(settings, urls.app)
        configure_logging()
        async with open_worker(settings, urls.app, all_routines()) as opened:
            loop = asyncio.get_running_loop()
            for sign in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(sign, opened.stop)
            if beside:
                os.nice(NICENESS)
                loop.add_reader(sys.stdin.fileno(), _end_with_parent, loop, opened)
            else:
                console.print("The worker waits for jobs; Ctrl-C ends it after the step it is in.")
            await opened.run()


def _end_with_parent(loop: asyncio.AbstractEventLoop, opened: Worker) -> None:
    """Stop once the other end of the standard input is gone: it never says anything."""
    loop.remove_reader(sys.stdin.fileno())
    opened.stop()


@asynccontextmanager
async def worker_beside(settings: Settings) -> AsyncIterator[None]:
    """Have a worker in a process of its own, started anew when it dies, ended with the block."""
    if not settings.jobs.worker:
        yield
        return
    keeping = asyncio.create_task(_keep_one(), name="worker beside")
    try:
        yield
    finally:
        await undisturbed(_broken_off(keeping))


async def _broken_off(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def undisturbed(ending: Coroutine[Any, Any, None]) -> None:
    """Wait for an ending to its end: the second half of Ctrl-C arrives in the middle of it."""
    task = asyncio.create_task(ending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def _keep_one() -> None:
    while True:
        command = (sys.executable, "-m", __name__, BESIDE)
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
        try:
            await process.wait()
        finally:
            await _ended(process)
        await asyncio.sleep(PAUSE)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Let it end its step, for as long as that may take."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPPING)
    except TimeoutError:
        process.kill()


if __name__ == "__main__":
    typer.run(worker)
