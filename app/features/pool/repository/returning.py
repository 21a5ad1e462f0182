"""What goes back to the pool by itself, batch by batch."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.moving import move
from app.core.pooling import Pool
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.models.choices import PoolReason
from app.features.pool.repository.uses import UseRepository

BATCH: Final = 500
# Customers that somebody has locked just now are left for the next time.
DUE: Final = Statement(
    "select customer_id, owner_id from customers where department_id = any($1::uuid[]) "
    "and owner_id is not null and (last_follow_up_on <= $2 or last_follow_up_on is null) "
    "and (contract_until is null or contract_until < $3) "
    "and status in ('prospect', 'active', 'inactive') "
    "order by customer_id limit $4 for update skip locked",
    ("departments", "last", "day", "most"),
    {},
)


class ReturnRepository:
    """Puts customers back that were not followed up, whatever the actor's own reach."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def put_back(self, pool: Pool, departments: list[UUID], day: date) -> int:
        """Put the next batch back, with history and a line of its own; return how many."""
        last = last_day(pool, day)
        if last is None:
            return 0
        work, params = self._work, {"departments": departments, "last": last, "day": day}
        async with work.pinned():
            rows = await work.fetch(DUE, {**params, "most": BATCH})
            if rows:
                async with work.changing():
                    await self._put_back(pool, [tuple(row) for row in rows])
        return len(rows)

    async def _put_back(self, pool: Pool, found: list[tuple[UUID, UUID]]) -> None:
        work, at, reason = self._work, now(), PoolReason.NO_FOLLOW_UP.value
        customers, owners = ([*column] for column in zip(*found, strict=True))
        fresh = {"owner_id": None, "pooled_at": at, "pooled_for": reason}
        work.line.detail["pool"] = {"pool_id": str(pool.pool_id), "returned": len(found)}
        await move(work, Customer, customers, fresh, at)
        await UseRepository(work).give_back(customers, owners, at, reason)


def last_day(pool: Pool, day: date) -> date | None:
    """Return the last follow-up day of those who go back on a day; None when nobody does yet."""
    if pool.return_after_days is None:
        return None
    last = day - timedelta(days=pool.return_after_days)
    return last if pool.counts_from <= last else None
