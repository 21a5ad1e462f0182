"""Taking turns: one starter or stopper of a cluster at a time, and no step left half done."""

import asyncio
import fcntl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, TypeVar

from app.postgres.refusals import PostgresUnavailableError

_PAUSE = 0.05
_Result = TypeVar("_Result")


@asynccontextmanager
async def turn(lock: Path, until: float) -> AsyncIterator[None]:
    """Hold the lock file, which the system gives back even when we are killed."""
    with await asyncio.to_thread(lock.open, "ab") as file:
        while not _is_taken(file):
            if time.monotonic() > until:
                raise PostgresUnavailableError(f"Another start or stop still holds {lock}.")
            await asyncio.sleep(_PAUSE)
        yield


async def to_the_end(work: Callable[[], _Result]) -> _Result:
    """Run blocking work in a thread; when cancelled, still wait for it before the lock is lost."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    finally:
        if not running.done():
            await asyncio.wait([running])


def _is_taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
