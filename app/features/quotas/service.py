"""What may be asked of quotas: one's own, another's, and a further one for today."""

from typing import Any
from uuid import UUID

from app.core.access import ActorKind
from app.core.freshness import require_fresh_factor
from app.core.metering import Metered
from app.core.problems import FreshFactorNeeded, NotFound, NotPermitted
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.quotas.meter import QuotaMeter
from app.features.quotas.problems import NoFurtherQuota
from app.features.quotas.repository import QuotaRepository
from app.features.quotas.schemas import Extension
from app.features.staff.directory import StaffDirectory


class QuotaService:
    """Tells what is left of a day's quotas, and opens them anew."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.meter: QuotaMeter = work.platform.tools[QuotaMeter]

    async def mine(self) -> Listed:
        """Tell the actor's own."""
        actor = self.work.actor
        if actor.actor_id is None:
            raise NotPermitted
        return self._listed(actor.actor_id, actor.kind)

    async def of_user(self, user_id: UUID) -> Listed:
        """Tell a user's; raises NotFound."""
        directory: StaffDirectory = self.work.platform.tools[StaffDirectory]
        user = directory.staff.users.get(user_id)
        if user is None:
            raise NotFound
        self.work.line.detail["user"] = str(user_id)
        return self._listed(user_id, user.kind)

    async def extend(self, asked: Extension) -> Shown:
        """Open a quota anew by a factor shown since the last time; raises NoFurtherQuota."""
        actor, quota, meter = self.work.actor, asked.quota, self.meter
        if actor.kind is not ActorKind.PERSON or actor.actor_id is None:
            raise NotPermitted
        require_fresh_factor(actor)
        most = meter.limits.extensions if meter.limits.of(actor.kind, quota) else 0
        if not most:
            raise NoFurtherQuota
        extended = await self._extended(quota, most)
        meter.extend(actor.actor_id, quota, extended)
        return Shown(self._view(actor.actor_id, actor.kind, quota), tagged=False)

    async def _extended(self, quota: Metered, most: int) -> int:
        """Write the extension with its line; each factor that was shown serves once."""
        quotas, day, line = QuotaRepository(self.work), self.meter.day, self.work.line
        async with self.work.changing():
            extended = await quotas.extend(day, quota, most)
            if extended is None:
                is_most = await quotas.extended(day, quota) >= most
                raise NoFurtherQuota if is_most else FreshFactorNeeded
            line.changed["extended"] = None
            line.detail["extended"] = {"quota": quota.value, "times": extended}
        return extended

    def _listed(self, actor_id: UUID, kind: ActorKind) -> Listed:
        return Listed([self._view(actor_id, kind, quota) for quota in Metered])

    def _view(self, actor_id: UUID, kind: ActorKind, quota: Metered) -> dict[str, Any]:
        use, limit = self.meter.use_of(actor_id, quota), self.meter.limits.of(kind, quota)
        return {
            "quota": quota.value,
            "limit": limit or None,
            "used": use.total,
            "left": self.meter.left(actor_id, kind, quota) if limit else None,
            "extended": use.extended,
            "extensions_left": self.meter.extensions_left(actor_id, kind, quota),
            "renews_at": self.meter.renews_at,
        }
