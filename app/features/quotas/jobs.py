"""What comes back by itself: old days are let go."""

from datetime import timedelta
from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.routines import Routine
from app.core.work import Platform
from app.features.quotas.repository import QuotaRepository

KEPT: Final = timedelta(days=31)


async def prune(platform: Platform) -> None:
    """Let go of the uses of days that nobody asks about any more."""
    work = job_work(platform, "prune_quotas")
    async with work.changing():
        await QuotaRepository(work).forget((now() - KEPT).date())


ROUTINES: Final = (Routine(name="prune_quotas", every=timedelta(days=1), run=prune),)
