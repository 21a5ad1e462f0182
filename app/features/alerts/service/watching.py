"""The watcher: reads what was committed since it last looked, and raises alerts.

A batch is one transaction: tallies, alerts and position move together, so that a crash counts
nothing twice, and a second process finds the position taken.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from app.core.jobs import job_work
from app.core.work import Platform, UnitOfWork
from app.features.alerts.repository import Raised, WatchRepository
from app.features.alerts.service.digesting import Digest
from app.features.staff.directory import StaffDirectory

OPERATION: Final = "watch_audit"
# The next turn goes on where this one stops; other routines wait meanwhile.
BUDGET: Final = 20.0
log = structlog.get_logger()


@dataclass(slots=True)
class Turn:
    """What a turn has looked at, and which alerts somebody has to hear of."""

    lines: int = 0
    raised: list[Raised] = field(default_factory=list)


async def watch(platform: Platform) -> Turn:
    """Look at all that was committed, as far as the time of a turn allows.

    Whoever tells people of alerts takes them from what this returns: they are committed by then.
    """
    turn, began = Turn(), time.monotonic()
    while time.monotonic() - began < BUDGET:
        if await _batch(platform, turn):
            break
    for alert in turn.raised:
        log.warning(
            "alert raised",
            alert_id=str(alert.alert_id),
            rule=alert.rule_code,
            severity=alert.severity,
        )
    return turn


async def _batch(platform: Platform, turn: Turn) -> bool:
    """Look at one stretch of lines; returns whether it was the last for now."""
    work = job_work(platform, OPERATION)
    directory: StaffDirectory = platform.tools[StaffDirectory]
    async with work.pinned():
        repository = WatchRepository(work)
        stretch = await repository.next_stretch()
        if stretch is None or stretch.to_xid == stretch.from_xid:
            return True
        if stretch.to_xid < stretch.from_xid:
            log.error("transaction ids began anew", operation=OPERATION)
        seen = await repository.sightings(stretch)
        raised = await Digest(work, directory.staff).alerts(seen)
        await repository.advance(stretch.to_xid)
        if raised:
            await _leave_line(work, raised)
    turn.lines += len(seen)
    turn.raised += raised
    return stretch.is_last


async def _leave_line(work: UnitOfWork, raised: Sequence[Raised]) -> None:
    """Note which alerts were raised, in the same transaction."""
    told = [{"alert_id": str(one.alert_id), "rule": one.rule_code} for one in raised]
    work.line.detail["alerts"] = told
    async with work.changing():
        pass
