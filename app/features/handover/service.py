"""Ending an account and handing over what it owned; and the proof that nothing is left."""

import asyncio
from dataclasses import asdict
from typing import Final
from uuid import UUID

from app.core.job_queue import enqueue
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.factors.service import FactorService
from app.features.handover.repository import OwnedRepository
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.service import DepartureService

# Of the thirty seconds that the route promises: the batch that is begun then still ends in time.
SECONDS: Final = 20.0
CONTINUED: Final = "handover.continued"


class HandoverService:
    """What happens when somebody leaves."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._departures = DepartureService(work, directory)
        self._factors = FactorService(work)
        self._owned = OwnedRepository(work)

    async def depart(
        self, user_id: UUID, successor_id: UUID | None, seconds: float = SECONDS
    ) -> Shown:
        """End the account at once, then hand over as much as the time allows, and queue the rest.

        Each batch stands by itself: broken off or asked for again, it goes on where it was.
        """
        until = asyncio.get_running_loop().time() + seconds
        successor = await self._departures.end(user_id, successor_id)
        await self._take_factors(user_id)
        remaining, handed_over = await self._owned.count(user_id), 0
        while successor and remaining and asyncio.get_running_loop().time() < until:
            handed_over += await self._owned.hand_over(user_id, successor)
            remaining = await self._owned.count(user_id)
        goes_on = successor is not None and remaining > 0
        job_id = await self._queue_rest(user_id, successor) if goes_on else None
        answer = {
            "user_id": user_id,
            "status": UserStatus.DEPARTED,
            "successor_id": successor,
            "handed_over": handed_over,
            "remaining": remaining,
            "job_id": job_id,
        }
        return Shown(answer, tagged=False, location=f"/v1/jobs/{job_id}" if job_id else None)

    async def proof(self, user_id: UUID) -> Shown:
        """Say what is left of an account."""
        left = await self._departures.proof(user_id)
        customers = await self._owned.count(user_id)
        has_factors = await self._factors.has_any(user_id)
        ways = (
            left.has_credentials,
            has_factors,
            left.has_invitation,
            customers,
            left.departments_managed,
            left.api_clients_owned,
        )
        is_dead = left.status is UserStatus.DEPARTED and not any(ways)
        found = {"customers": customers, "has_factors": has_factors, "is_dead": is_dead}
        return Shown({**asdict(left), **found}, tagged=False)

    async def _queue_rest(self, user_id: UUID, successor_id: UUID | None) -> UUID:
        """Let a job go on, with a line of its own; one that is open already will do."""
        parameters = {"user_id": str(user_id), "successor_id": str(successor_id)}
        self._work.next_line()
        async with self._work.pinned(), self._work.changing():
            return await enqueue(
                self._work, CONTINUED, parameters, once=f"{CONTINUED}|{user_id}|{successor_id}"
            )

    async def _take_factors(self, user_id: UUID) -> None:
        """Take second factors and recovery codes away, with a line of their own."""
        if await self._factors.has_any(user_id):
            self._work.next_line()
            await self._factors.take_from_leaver(user_id)
