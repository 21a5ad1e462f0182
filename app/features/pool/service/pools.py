"""The rules of pools, and what goes back soon."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now, today
from app.core.filters import Branch, Leaf, Node
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.pooling import Pool
from app.core.problems import Fault, Malformed, NotFound, NotPermitted, Stale
from app.core.reach import is_within
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.customers.problems import DepartmentNotAvailable
from app.features.customers.service import CustomerService
from app.features.pool.problems import PoolExists
from app.features.pool.repository import PoolRepository
from app.features.staff.directory import StaffDirectory
from app.features.staff.pages import page_of
from app.features.staff.service import changed_staff

LONGEST: Final = 3650
DAYS: Final = re.compile(r"[0-9]{1,4}")


class PoolService:
    """What may be done with pools; who belongs to none of their departments sees none."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._pools = PoolRepository(work)
        self._directory: StaffDirectory = work.platform.tools[StaffDirectory]

    async def page(self, asked: Asked) -> Listed:
        """List the pools that hold for departments of the actor's, or that the actor manages."""
        pools = self._directory.staff.pools.values()
        shown = [asdict(pool) for pool in pools if self._is_seen(pool)]
        return page_of(shown, "pool_id", asked, self._work.platform.sealing)

    async def get(self, pool_id: UUID) -> Shown:
        """Show one pool; raises NotFound."""
        return Shown(asdict(self._seen(pool_id)))

    async def open(self, values: Mapping[str, Any]) -> Shown:
        """Open a department's pool; days without follow-up count from today at the earliest."""
        department_id, staff = values["department_id"], self._directory.staff
        if department_id not in staff.departments or not self._may_manage(department_id):
            raise DepartmentNotAvailable
        began = {"pool_id": new_id(), "counts_from": today(self._work.platform.zone)}
        pool = Pool(**{**DEFAULTS, **values, **began})
        async with changed_staff(self._work, self._directory):
            self._note(pool.pool_id, values)
            if not await self._pools.open(pool):
                raise PoolExists
        return Shown(asdict(pool), location=f"/v1/pools/{pool.pool_id}")

    async def change(self, pool_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change the rules; within a second they are in force in every process."""
        self._require_managed(pool_id)
        async with changed_staff(self._work, self._directory):
            pool = await self._pools.get(pool_id)
            if seen not in {ANY_STATE, etag_of(asdict(pool))}:
                raise Stale(headers={"ETag": etag_of(asdict(pool))})
            self._note(pool_id, values)
            fresh = replace(pool, **values)
            await self._pools.save(fresh)
        return Shown(asdict(fresh))

    async def end(self, pool_id: UUID) -> Shown:
        """End a pool: nothing is taken or goes back any more, nothing is masked for its sake."""
        self._require_managed(pool_id)
        at = now()
        async with changed_staff(self._work, self._directory):
            self._note(pool_id, {"ended_at": at})
            if not await self._pools.end(pool_id, at):
                raise NotFound
        return Shown({"pool_id": pool_id, "ended_at": at}, tagged=False)

    async def due(self, pool_id: UUID, asked: Asked) -> Listed:
        """List who goes back within the next days, within the actor's reach."""
        pool = self._seen(pool_id)
        asked.only("days", "limit", "cursor")
        until = today(self._work.platform.zone) + timedelta(days=_days(asked, pool))
        base = self._due_until(pool, until)
        if base is None:
            return Listed([])
        rest = Asked(tuple(pair for pair in asked.pairs if pair[0] != "days"))
        listed = await CustomerService(self._work).among(base, rest)
        for item in listed.items:
            item["due_on"] = _due_on(pool, item["last_follow_up_on"])
        return listed

    def _due_until(self, pool: Pool, until: date) -> Node | None:
        """Return what holds of those that go back until a day; None when nobody does."""
        if pool.return_after_days is None:
            return None
        last = until - timedelta(days=pool.return_after_days)
        if pool.counts_from > last:
            return None
        departments = self._directory.staff.covered_by(pool)
        return Branch(
            "all",
            (
                Leaf("owner_id", "null", value=False),
                Leaf("department_id", "in", departments),
                _null_or("last_follow_up_on", "lte", last),
                _null_or("contract_until", "lt", until),
            ),
        )

    def _seen(self, pool_id: UUID) -> Pool:
        """Return a pool that the actor may know of; raises NotFound alike for others and none."""
        pools = self._directory.staff.pools.values()
        found = next((pool for pool in pools if pool.pool_id == pool_id), None)
        if found is None or not self._is_seen(found):
            raise NotFound
        return found

    def _is_seen(self, pool: Pool) -> bool:
        covered = self._directory.staff.covered_by(pool)
        own = {*self._work.actor.departments}
        return not own.isdisjoint(covered) or self._may_manage(pool.department_id)

    def _may_manage(self, department_id: UUID) -> bool:
        """Whether managing is granted for customers of this department."""
        actor, values = self._work.actor, {"department_id": department_id}
        if not actor.may(Permission.POOL_MANAGE):
            return False
        allowed = actor.policy.allowed(Permission.POOL_MANAGE)
        return any(is_within(where, values, actor) for where in allowed)

    def _note(self, pool_id: UUID, values: Mapping[str, Any]) -> None:
        """Note the rules on the line; they are no personal data."""
        told = {n: v if isinstance(v, int | None) else str(v) for n, v in values.items()}
        self._work.line.changed.update(dict.fromkeys(values))
        self._work.line.detail["pool"] = {**told, "pool_id": str(pool_id)}

    def _require_managed(self, pool_id: UUID) -> None:
        if not self._may_manage(self._seen(pool_id).department_id):
            raise NotPermitted


DEFAULTS: Final = {
    "most_held": None,
    "return_after_days": None,
    "warn_days": 7,
    "cool_down_days": 30,
}


def _null_or(name: str, operator: str, value: date) -> Node:
    return Branch("any", (Leaf(name, "null", value=True), Leaf(name, operator, value)))


def _days(asked: Asked, pool: Pool) -> int:
    """Read how far ahead to look."""
    text = asked.one("days")
    if text is None:
        return pool.warn_days
    if not DAYS.fullmatch(text) or int(text) > LONGEST:
        raise Malformed(faults=[Fault("/days", "number-out-of-range")])
    return int(text)


def _due_on(pool: Pool, last: date | None) -> date:
    """Return the day on which a customer goes back; what has no day counts from the pool's."""
    began = max(last or pool.counts_from, pool.counts_from)
    return began + timedelta(days=pool.return_after_days or 0)
