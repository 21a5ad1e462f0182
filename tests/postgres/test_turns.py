"""Taking turns."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from app.postgres.refusals import PostgresUnavailableError
from app.postgres.turns import to_the_end, turn


async def test_second_one_waits(tmp_path: Path) -> None:
    """Whoever comes second waits until the first has left."""
    order: list[str] = []

    async def visit(name: str) -> None:
        async with turn(tmp_path / "lock", time.monotonic() + 5):
            order.append(f"{name} in")
            await asyncio.sleep(0.01)
            order.append(f"{name} out")

    await asyncio.gather(visit("a"), visit("b"))

    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def test_waiting_has_a_limit(tmp_path: Path) -> None:
    """A lock that is never given back ends in a refusal that names it."""
    async with turn(tmp_path / "lock", time.monotonic() + 5):
        with pytest.raises(PostgresUnavailableError, match="still holds"):
            async with turn(tmp_path / "lock", time.monotonic()):
                pass


async def test_cancelled_work_is_waited_for() -> None:
    """A cancelled start keeps its turn until the step in the thread has ended."""
    started, finish = threading.Event(), threading.Event()
    ended: list[bool] = []

    def work() -> None:
        started.set()
        ended.append(finish.wait(5))

    task = asyncio.ensure_future(to_the_end(work))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    asyncio.get_running_loop().call_later(0.05, finish.set)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == [True]
