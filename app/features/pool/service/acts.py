"""Acts on customers of the pool: taking, releasing, following up, viewing contact data."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.core.access import Policy
from app.core.clock import now, today, tomorrow
from app.core.permissions import Permission
from app.core.pooling import Pool, unpooled
from app.core.problems import NotFound, NotPermitted
from app.core.purposes import checked_purpose
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.problems import CustomerArchived
from app.features.customers.service import ARCHIVED, CustomerService, keep_reason
from app.features.pool.problems import (
    ContactViewsUsedUp,
    CoolingDown,
    InPoolAlready,
    NoPool,
    NotInPool,
    NotTheOwner,
    PoolFull,
    TakesUsedUp,
)
from app.features.pool.repository import Standing, UseRepository
from app.features.staff.directory import StaffDirectory

TAKING = Permission.POOL_TAKE
WRITING = Permission.CUSTOMERS_WRITE


class PoolActService:
    """Each act locks the customer, weighs how it really stands, and changes it in one go."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._customers = CustomerService(work)
        self._uses = UseRepository(work)
        self._directory: StaffDirectory = work.platform.tools[StaffDirectory]

    async def take(self, customer_id: UUID) -> Shown:
        """Make the actor the owner of a customer in the pool; of many at once one succeeds."""
        await self._granted(customer_id, TAKING)
        async with self._work.pinned():
            pool = self._pool_holding(await self._standing(customer_id))
            await self._require_cooled(pool, customer_id)
            await self._count_take(pool)
            await self._require_room(pool)
            given = self._customers.given_to(self._me)
            return await self._customers.record(customer_id, TAKING, **given)

    async def release(self, customer_id: UUID, reason: str, text: str | None = None) -> Shown:
        """Put a customer into the pool of its department, for a reason."""
        granted = await self._granted(customer_id, WRITING)
        async with self._work.pinned():
            standing = await self._standing(customer_id)
            if standing.pooled_at is not None:
                raise InPoolAlready
            self._require_owner(standing, granted)
            pool = self._pool_of(standing)
            if text:
                await keep_reason(self._work, customer_id, text)
            at = now()
            self._tell(pool, reason=reason)
            fresh = {"owner_id": None, "pooled_at": at, "pooled_for": reason}
            shown = await self._customers.record(customer_id, WRITING, **fresh)
            owners = [standing.owner_id] if standing.owner_id else []
            await self._uses.give_back([customer_id] * len(owners), owners, at, reason)
            return shown

    async def follow_up(self, customer_id: UUID) -> Shown:
        """Note that the customer was followed up today; once a day is enough."""
        granted = await self._granted(customer_id, WRITING)
        async with self._work.pinned():
            standing = await self._standing(customer_id)
            self._require_owner(standing, granted)
            day = today(self._work.platform.zone)
            fresh = {} if standing.last_follow_up_on == day else {"last_follow_up_on": day}
            return await self._customers.record(customer_id, WRITING, **fresh)

    async def view_contact(self, customer_id: UUID, purpose: str) -> Shown:
        """Show what leads to a customer in the pool, counted once a day for each customer."""
        await self._granted(customer_id, TAKING)
        self._work.line.purpose = checked_purpose(purpose, "/purpose")
        async with self._work.pinned():
            pool = self._pool_holding(await self._standing(customer_id))
            used = await self._uses.view(pool, customer_id, today(self._work.platform.zone))
            if used is None:
                limit = pool.contact_views_per_day
                raise ContactViewsUsedUp(limit, tomorrow(self._work.platform.zone))
            self._tell(pool, views=used, views_allowed=pool.contact_views_per_day)
            found = await self._uses.contact(customer_id, unpooled(self._work.actor.policy))
        if not found:
            raise NotFound
        left = max(0, pool.contact_views_per_day - used)
        return Shown({**found, "left_today": left}, tagged=False)

    @property
    def _me(self) -> UUID:
        if self._work.actor.actor_id is None:
            raise NotPermitted
        return self._work.actor.actor_id

    async def _granted(self, customer_id: UUID, act: Permission) -> Policy:
        """Return what is granted for good; raises NotFound out of reach, and NotPermitted."""
        granted = (await self._customers.granted(customer_id)).standing
        if not granted.allows(act):
            raise NotPermitted
        return granted

    async def _standing(self, customer_id: UUID) -> Standing:
        """Lock a customer, and return how it stands; raises CustomerArchived."""
        standing = await self._uses.locked(customer_id)
        if standing.status == ARCHIVED:
            raise CustomerArchived
        return standing

    def _pool_of(self, standing: Standing) -> Pool:
        pool = self._directory.staff.pool_of(standing.department_id)
        if pool is None:
            raise NoPool
        return pool

    def _pool_holding(self, standing: Standing) -> Pool:
        """Return the pool that a customer is in; raises NotInPool."""
        if standing.pooled_at is None:
            raise NotInPool
        return self._pool_of(standing)

    def _require_owner(self, standing: Standing, granted: Policy) -> None:
        """Let the owner, and whoever may name another one."""
        is_owner = standing.owner_id is not None and standing.owner_id == self._work.actor.actor_id
        if not is_owner and not granted.may_write(Customer.fields["owner_id"]):
            raise NotTheOwner

    async def _require_cooled(self, pool: Pool, customer_id: UUID) -> None:
        """Refuse to whoever gave the customer back, or lost it, until the days are over."""
        at = await self._uses.given_back_at(customer_id)
        if at is None:
            return
        zone = self._work.platform.zone
        day = at.astimezone(zone).date() + timedelta(days=pool.cool_down_days)
        if today(zone) < day:
            until = datetime.combine(day, time(), zone).astimezone(UTC)
            raise CoolingDown(until=until.isoformat().replace("+00:00", "Z"))

    async def _count_take(self, pool: Pool) -> None:
        zone = self._work.platform.zone
        taken = await self._uses.take(pool, today(zone))
        if taken is None:
            raise TakesUsedUp(pool.takes_per_day, tomorrow(zone))
        self._tell(pool, takes=taken, takes_allowed=pool.takes_per_day)

    async def _require_room(self, pool: Pool) -> None:
        """Refuse more than one may hold; the counter is locked, so takes come one by one."""
        if pool.most_held is None:
            return
        if await self._uses.held(self._directory.staff.covered_by(pool)) >= pool.most_held:
            raise PoolFull(limit=pool.most_held)

    def _tell(self, pool: Pool, **detail: Any) -> None:
        self._work.line.detail["pool"] = {"pool_id": str(pool.pool_id), **detail}
