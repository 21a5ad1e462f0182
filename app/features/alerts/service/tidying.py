"""Tidying: what was counted is let go of when nothing is compared with it any more."""

from datetime import timedelta
from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.alerts.parameters import RuleKind
from app.features.alerts.repository import RuleRepository, TallyRepository
from app.features.alerts.service.digesting import USUAL_OVER

OPERATION: Final = "tidy_alert_tallies"
# The longest windows, a day and a free day, have ended then, late lines included.
KEPT: Final = timedelta(days=3)
# An hour's sketches are joined for an hour.
SKETCHED: Final = timedelta(hours=4)
LOOKED_BACK: Final = timedelta(days=1)


async def tidy_tallies(platform: Platform) -> None:
    """Remove old tallies, and keep of volumes only the counts: they say what is usual."""
    work, at = job_work(platform, OPERATION), now()
    times = {
        "since": at - SKETCHED - LOOKED_BACK,
        "until": at - SKETCHED,
        "long_ago": at - USUAL_OVER - LOOKED_BACK,
        "before": at - KEPT,
    }
    volumes = [rule.code for rule in await RuleRepository(work).all() if _is_volume(rule.kind)]
    await TallyRepository(work).tidy(volumes, times)


def _is_volume(kind: RuleKind) -> bool:
    return kind is RuleKind.VOLUME
