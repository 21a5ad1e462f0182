"""Letting go of files that nobody has approved in time, or that can not be undone any more."""

from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.imports.repository import ExpiredImports, ImportRepository

AT_ONCE: Final = 20


async def let_go(platform: Platform) -> None:
    """Empty what is due, with one line for all; what was done stays told."""
    number = AT_ONCE
    while number == AT_ONCE:
        number = await _let_some_go(platform)


async def _let_some_go(platform: Platform) -> int:
    work, at = job_work(platform, "expire_imports"), now()
    async with work.pinned():
        expired = ExpiredImports(work)
        due = await expired.due(at, AT_ONCE)
        for one in due:
            if one["state"] == "uploading":
                await ImportRepository(work).drop(one["import_id"])
            else:
                await expired.empty(one["import_id"], at)
        if due:
            async with work.changing():
                work.line.detail["imports"] = [str(one["import_id"]) for one in due]
    return len(due)
