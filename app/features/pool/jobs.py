"""What the pool does by itself."""

from datetime import timedelta
from typing import Final

from app.core.routines import Routine
from app.core.work import Platform
from app.features.pool.service import return_what_is_due
from app.features.pool.service.returning import OPERATION


async def _return(platform: Platform) -> None:
    await return_what_is_due(platform)


ROUTINES: Final = (Routine(name=OPERATION, every=timedelta(minutes=15), run=_return),)
