"""The meter of a process: counts in memory, and tells the other processes about once a second."""

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from app.core.access import Actor, ActorKind
from app.core.clock import now
from app.core.database import Database
from app.core.metering import Metered
from app.core.problems import NotNow, ReadQuotaSpent
from app.features.quotas.limits import QuotaLimits
from app.features.quotas.repository import Increment, add_uses, read_uses

EXCHANGE_SECONDS: Final = 0.5
# Unable to see for so long what others have counted, nothing that is counted is shown.
BLIND_SECONDS: Final = 5.0
STOPPING: Final = 5.0
log = structlog.get_logger()


@dataclass(slots=True)
class Use:
    """What an actor has used: told by all processes, and counted here since."""

    told: int = 0
    counted: int = 0
    extended: int = 0

    @property
    def total(self) -> int:
        """What is known to be used."""
        return self.told + self.counted


class QuotaMeter:
    """Counts what actors take of their quotas, exactly here and within a second everywhere."""

    def __init__(self, database: Database, limits: QuotaLimits) -> None:
        self.limits = limits
        self._database = database
        self._uses: dict[Metered, dict[UUID, Use]] = {}
        self._late: list[Increment] = []
        self._read_to: datetime | None = None
        self._seen_at = -math.inf
        self._exchanging = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._begin(limits.day_of(now()))

    def take(self, actor: Actor, quota: Metered, number: int) -> None:
        """Count, or count nothing and raise ReadQuotaSpent, or NotNow while blind."""
        limit = self.limits.of(actor.kind, quota)
        if not limit or actor.actor_id is None:
            return
        if time.monotonic() - self._seen_at > BLIND_SECONDS:
            raise NotNow
        use = self._use(actor.actor_id, quota)
        if use.told + use.counted + number > limit * (1 + use.extended):
            raise self._spent(actor.actor_id, actor.kind, quota)
        use.counted += number

    def add(self, actor: Actor, quota: Metered, number: int) -> None:
        """Count without asking."""
        if self.limits.of(actor.kind, quota) and actor.actor_id is not None:
            self._use(actor.actor_id, quota).counted += number

    def use_of(self, actor_id: UUID, quota: Metered) -> Use:
        """Return what an actor has used today, as far as this process knows."""
        self._turn()
        return self._uses[quota].get(actor_id) or Use()

    def left(self, actor_id: UUID, kind: ActorKind, quota: Metered) -> int:
        """Return what an actor may still take today of what is limited."""
        use = self.use_of(actor_id, quota)
        return max(0, self.limits.of(kind, quota) * (1 + use.extended) - use.total)

    def extensions_left(self, actor_id: UUID, kind: ActorKind, quota: Metered) -> int:
        """Return how often a person may still open a quota anew; others just wait."""
        if kind is not ActorKind.PERSON or not self.limits.of(kind, quota):
            return 0
        return max(0, self.limits.extensions - self.use_of(actor_id, quota).extended)

    def extend(self, actor_id: UUID, quota: Metered, extended: int) -> None:
        """Take in at once that this process has opened a quota anew."""
        self._use(actor_id, quota).extended = extended

    @property
    def day(self) -> date:
        """The day that is counted."""
        self._turn()
        return self._day

    @property
    def renews_at(self) -> datetime:
        """When everything is counted anew."""
        self._turn()
        return self._ends

    async def exchange(self) -> None:
        """Tell what was counted here, and read what all have; raises NotNow without a database."""
        if not self.limits.is_any:
            return
        async with self._exchanging:
            self._turn()
            await self._tell()
            day, began = self._day, time.monotonic()
            for found in await read_uses(self._database, day, self._read_to):
                if day != self._day:
                    return
                use = self._use(found.actor_id, found.quota)
                use.told, use.extended = found.used, max(use.extended, found.extended)
                self._read_to = max(self._read_to or found.touched_at, found.touched_at)
            self._seen_at = began

    async def start(self) -> None:
        """Read what was counted before, and go on exchanging; raises NotNow without a database."""
        await self.exchange()
        if self.limits.is_any:
            self._task = asyncio.create_task(self._watch(), name="quotas")

    async def close(self) -> None:
        """Tell what was counted last, so that it survives the process."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOPPING)
            self._task.cancel()
        await self._try()

    async def _watch(self) -> None:
        while not self._stopping.is_set():
            await self._try()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EXCHANGE_SECONDS)

    async def _try(self) -> None:
        try:
            await self.exchange()
        except (NotNow, asyncpg.PostgresError) as failure:
            log.warning("quotas not exchanged", kind=type(failure).__name__)

    async def _tell(self) -> None:
        """Write what was counted; what cannot be written stays counted here."""
        batch, self._late = [*self._late, *self._counted()], []
        self._shift(batch, 1)
        try:
            if batch:
                await add_uses(self._database, batch)
        except BaseException:
            self._shift(batch, -1)
            self._late += [one for one in batch if one.day != self._day]
            raise

    def _shift(self, batch: Sequence[Increment], sign: int) -> None:
        """Move numbers of this day from what is counted here to what is told, or back."""
        for one in batch:
            if one.day == self._day:
                use = self._uses[one.quota].setdefault(one.actor_id, Use())
                use.told += sign * one.number
                use.counted -= sign * one.number

    def _counted(self) -> list[Increment]:
        return [
            Increment(self._day, actor_id, quota, use.counted)
            for quota, uses in self._uses.items()
            for actor_id, use in uses.items()
            if use.counted
        ]

    def _use(self, actor_id: UUID, quota: Metered) -> Use:
        self._turn()
        uses = self._uses[quota]
        use = uses.get(actor_id)
        if use is None:
            use = uses[actor_id] = Use()
        return use

    def _turn(self) -> None:
        """Begin the next day when it has come; what was counted until then is told still."""
        if now() >= self._ends:
            self._late += self._counted()
            self._begin(self.limits.day_of(now()))

    def _begin(self, day: date) -> None:
        self._day = day
        self._ends = self.limits.end_of(day)
        self._uses = {quota: {} for quota in Metered}
        self._read_to = None

    def _spent(self, actor_id: UUID, kind: ActorKind, quota: Metered) -> ReadQuotaSpent:
        renews_at = self.renews_at
        wait = max(1, math.ceil((renews_at - now()).total_seconds()))
        return ReadQuotaSpent(
            headers={"Retry-After": str(wait)},
            quota=quota.value,
            left=self.left(actor_id, kind, quota),
            extensions_left=self.extensions_left(actor_id, kind, quota),
            renews_at=f"{renews_at:%Y-%m-%dT%H:%M:%SZ}",
        )
