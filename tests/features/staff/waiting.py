"""Waiting for what happens beside a test."""

import asyncio
from collections.abc import Callable

import pytest


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; five seconds without it are a failure."""
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to hold")


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
