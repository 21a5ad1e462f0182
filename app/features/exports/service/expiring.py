"""Letting go of files that nobody has taken in time, that were cancelled, or that are taken."""

from datetime import timedelta
from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.exports.repository import ExpiredExports

TAKING: Final = timedelta(hours=1)  # longer than any answer may take
KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 20


async def let_go(platform: Platform) -> None:
    """Empty what is due, with one line for all; what was told of it goes after 90 days."""
    number = AT_ONCE
    while number == AT_ONCE:
        number = await _let_some_go(platform)


async def _let_some_go(platform: Platform) -> int:
    work, at = job_work(platform, "expire_exports"), now()
    async with work.pinned():
        expired = ExpiredExports(work)
        due = await expired.due(at, at - TAKING, AT_ONCE)
        for export_id in due:
            await expired.empty(export_id, at)
        forgotten = await expired.forget(at - KEPT)
        if due or forgotten:
            async with work.changing():
                work.line.detail["exports"] = [str(one) for one in due]
                work.line.detail["forgotten"] = len(forgotten)
    return len(due)
