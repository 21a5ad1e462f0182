"""What comes back by itself: watching, verifying, tidying."""

from datetime import timedelta
from typing import Final

from app.core.routines import Routine
from app.core.work import Platform
from app.features.alerts.service import tidy_tallies, verify_when_due, watch


async def watch_audit(platform: Platform) -> None:
    """Raise alerts of what was committed since the last time."""
    await watch(platform)


async def verify_audit_trail(platform: Platform) -> None:
    """Verify the audit, when so much time has passed as the settings say."""
    await verify_when_due(platform)


ROUTINES: Final = (
    Routine(
        name="watch_audit",
        every=timedelta(seconds=10),
        run=watch_audit,
        lost_after=timedelta(seconds=30),
    ),
    Routine(name="verify_audit_trail", every=timedelta(minutes=30), run=verify_audit_trail),
    Routine(name="tidy_alert_tallies", every=timedelta(hours=1), run=tidy_tallies),
)
