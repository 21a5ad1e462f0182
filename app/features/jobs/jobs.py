"""Letting go of jobs that ended long ago; the audit keeps who did what."""

from datetime import timedelta
from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.routines import Routine
from app.core.work import Platform
from app.features.jobs.repository import JobRepository

KEPT: Final = timedelta(days=90)
MOST: Final = 10_000


async def forget_old_jobs(platform: Platform) -> None:
    """Remove what ended long ago, parameters and results with it."""
    work = job_work(platform, "forget_jobs")
    async with work.pinned(), work.changing():
        work.line.detail["jobs"] = await JobRepository(work).forget(now() - KEPT, MOST)


ROUTINES: Final = (Routine(name="forget_jobs", every=timedelta(days=1), run=forget_old_jobs),)
