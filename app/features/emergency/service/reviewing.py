"""Looking at emergency accesses, ending them, and giving a verdict."""

from typing import Any
from uuid import UUID

from app.core.clock import now
from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP, Invalid
from app.core.kinds import UUID as UUID_KIND
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.emergency.problems import (
    EmergencyEnded,
    EmergencyIsYourOwn,
    EmergencyOpenStill,
    EmergencyReviewed,
)
from app.features.emergency.repository import NARROWING, EmergencyRepository
from app.features.emergency.schemas import EmergencyReview
from app.features.emergency.service.opening import note, require_person
from app.features.emergency.service.texts import sealed, words
from app.features.emergency.service.views import shown, shown_all
from app.features.staff.directory import StaffDirectory
from app.features.staff.service import changed_staff


class ReviewService:
    """Shows accesses to the second officer, ends and reviews them."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.accesses = EmergencyRepository(work)
        self.directory: StaffDirectory = work.platform.tools[StaffDirectory]

    async def get(self, access_id: UUID) -> Shown:
        """Show one access to those who review it; raises NotFound."""
        return Shown(await shown(self.work, await self._found(access_id)))

    async def page(self, asked: Asked) -> Listed:
        """List accesses, those that await a review first, and of them the newest."""
        asked.only("limit", "cursor", *NARROWING)
        narrowed = {name: _id(name, text) for name in NARROWING if (text := asked.one(name))}
        limit, place = read_limit(asked.one("limit")), f"emergency {sorted(narrowed.items())}"
        found = await self.accesses.page(narrowed, self._after(asked, place), limit + 1)
        items = await shown_all(self.work, found[:limit]) if found else []
        extra = {"unreviewed": await self.accesses.awaiting()}
        if len(found) <= limit:
            return Listed(items, extra=extra)
        last = found[limit - 1]
        at = [last["awaits_review"], last["opened_at"], str(last["emergency_access_id"])]
        return Listed(items, write_cursor(self.work.platform.sealing, place, at), extra=extra)

    async def end(self, access_id: UUID) -> Shown:
        """End an access of one's own, or one that one reviews; raises NotFound, EmergencyEnded."""
        access = await self._found(access_id, own=True)
        note(self.work, access, ["ended_at"])
        async with changed_staff(self.work, self.directory):
            if not await self.accesses.end(access, now()):
                raise EmergencyEnded
        return Shown(await shown(self.work, await self._found(access_id, own=True)))

    async def review(self, access_id: UUID, review: EmergencyReview) -> Shown:
        """Give the verdict on an access that is over, once, and never on one's own."""
        require_person(self.work)
        written = words(review.note, "/note")
        access = await self._found(access_id)
        if access["user_id"] == self.work.actor.actor_id:
            raise EmergencyIsYourOwn
        if access["is_open"]:
            raise EmergencyOpenStill
        note(self.work, access, ["verdict", "note"], verdict=review.verdict)
        kept = sealed(self.work, access, "note", written)
        async with self.work.pinned(), self.work.changing():
            if not await self.accesses.review(access, now(), review.verdict, kept):
                raise EmergencyReviewed
        return Shown(await shown(self.work, await self._found(access_id)))

    async def _found(self, access_id: UUID, *, own: bool = False) -> dict[str, Any]:
        access = await self.accesses.find(access_id, own=own)
        if access is None:
            raise NotFound
        return access

    def _after(self, asked: Asked, place: str) -> dict[str, Any]:
        cursor = asked.one("cursor")
        if cursor is None:
            return {}
        awaits, at, last_id = read_cursor(self.work.platform.sealing, place, cursor)
        at = TIMESTAMP.normalise(at)
        return {"last_awaits": awaits, "last_at": at, "last_id": UUID(last_id)}


def _id(name: str, text: str) -> UUID:
    try:
        found: UUID = UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    return found
