"""What comes back by itself: signing keys go once no token of theirs can be alive."""

from datetime import timedelta
from typing import Final

from app.core.clock import now
from app.core.jobs import job_work
from app.core.routines import Routine
from app.core.signing_keys import SigningFolder, remove_signing_keys
from app.core.tokens import OUTLIVED
from app.core.work import Platform

REMOVE: Final = "remove_signing_keys"


async def _remove_signing_keys(platform: Platform) -> None:
    folder: SigningFolder = platform.tools[SigningFolder]
    await remove_signing_keys(job_work(platform, REMOVE), folder, now() - OUTLIVED)


ROUTINES: Final = (Routine(name=REMOVE, every=timedelta(minutes=5), run=_remove_signing_keys),)
