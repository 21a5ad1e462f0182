"""The customers of one owner, handed over batch by batch."""

from typing import Final
from uuid import UUID

from app.core.clock import now, today
from app.core.moving import counting_statement, move, picking_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

OWNER: Final = "owner_id"
BATCH: Final = 1000


class OwnedRepository:
    """Counts and moves what somebody owns, whatever the actor's own reach: that is the act."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def count(self, owner_id: UUID) -> int:
        """Count the customers that somebody owns."""
        rows = await self._work.fetch(counting_statement(Customer, OWNER), {"old": owner_id})
        return int(rows[0][0])

    async def hand_over(self, owner_id: UUID, successor_id: UUID) -> int:
        """Hand the next batch over, with history and a line of its own; return how many."""
        work = self._work
        work.next_line()
        async with work.pinned(), work.changing():
            picked = await work.fetch(
                picking_statement(Customer, OWNER), {"old": owner_id, "most": BATCH}
            )
            ids = [row["customer_id"] for row in picked]
            if ids:
                work.line.detail[OWNER] = [str(owner_id), str(successor_id)]
                fresh = {OWNER: successor_id, "last_follow_up_on": today(work.platform.zone)}
                await move(work, Customer, ids, fresh, now())
        return len(ids)
