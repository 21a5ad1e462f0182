"""Handing over what a request had no time for: batch by batch, each with its line."""

from typing import Final
from uuid import UUID

from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.core.work import UnitOfWork
from app.features.handover.repository import OwnedRepository
from app.features.handover.service import CONTINUED
from app.features.staff.directory import StaffDirectory
from app.features.staff.problems import ColleagueNotAvailable

STEP: Final = ("Handing customers over.", "正在移交客户。")


async def hand_over_rest(run: Run) -> None:
    """Hand over what the leaver still owns, and count it."""
    leaver, successor = (UUID(run.parameters[name]) for name in ("user_id", "successor_id"))
    async with run.step(*STEP) as work:
        left = await OwnedRepository(work).count(leaver)
        run.total = run.done + left
    while left:
        async with run.step(*STEP) as work:
            _require_active(work, successor)
            owned = OwnedRepository(work)
            moved = await owned.hand_over(leaver, successor)
            left = await owned.count(leaver) if moved else 0
            run.done += moved
            run.result = {"handed_over": run.done, "remaining": left}


def _require_active(work: UnitOfWork, successor_id: UUID) -> None:
    """Refuse to go on when the successor has left in turn; the next one is to be named anew."""
    directory: StaffDirectory = work.platform.tools[StaffDirectory]
    successor = directory.staff.users.get(successor_id)
    if successor is None or not successor.is_active_person:
        raise ColleagueNotAvailable


JOBS: Final = (Job(kind=CONTINUED, permission=Permission.STAFF_WRITE, run=hand_over_rest),)
