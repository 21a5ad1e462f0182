"""What comes back by itself: measuring customers, and keeping the figures of the day."""

from datetime import timedelta
from typing import Final

from app.core.routines import Routine
from app.core.work import Platform
from app.features.quality.service import keep_figures, measure_what_is_due


async def _measure(platform: Platform) -> None:
    await measure_what_is_due(platform)


async def _keep(platform: Platform) -> None:
    await keep_figures(platform)


ROUTINES: Final = (
    Routine(name="measure_quality", every=timedelta(seconds=10), run=_measure),
    Routine(name="keep_quality_figures", every=timedelta(minutes=10), run=_keep),
)
