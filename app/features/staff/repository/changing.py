"""Changing the staff: one change at a time, counted, in one transaction with its line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from app.core.statements import Statement
from app.core.work import UnitOfWork

# The row stays locked to the end of the transaction: whoever changes the staff sees it settled,
# so that two administrators cannot each suspend the other, nor two moves close a ring.
COUNT_UP: Final = Statement(
    "insert into staff_epoch (is_only, epoch) values (true, 1) "
    "on conflict (is_only) do update set epoch = staff_epoch.epoch + 1",
    (),
    {},
)


@asynccontextmanager
async def changing_staff(work: UnitOfWork) -> AsyncIterator[None]:
    """Hold the staff still, change it, and count up; a problem undoes it all."""
    async with work.pinned(), work.changing():
        await work.fetch(COUNT_UP, {})
        yield
