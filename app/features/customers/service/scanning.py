"""Scanning: all customers held against each other, some at a time, for the stewards' queue."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from app.core.breathing import breathing
from app.core.job_queue import enqueue
from app.core.match_keys import Key
from app.core.permissions import Permission
from app.core.problems import NotPermitted
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.matching import LIKELY, Likeness, Verdict, compare
from app.features.customers.repository.alike import Alike, AlikeRepository, is_readable, told_all
from app.features.customers.repository.pairs import PairRepository

KIND: Final = "duplicates.scanned"
AT_ONCE: Final = 500
FIRST: Final = UUID(int=0)
Pair = tuple[UUID, UUID]


class ScanService:
    """Goes over the customers in the order in which they were opened."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.alike = AlikeRepository(work)

    async def create(self) -> Shown:
        """Queue a scan, one at a time for each steward; raises NotPermitted.

        Who may not be told of all that is weighed starts none: it would miss, or tell too much.
        """
        if not told_all(self.work.actor.policy, Permission.DUPLICATES_SCAN):
            raise NotPermitted
        once = f"{KIND} {self.work.actor.actor_id}"
        async with self.work.pinned(), self.work.changing():
            job_id = await enqueue(self.work, KIND, {}, once=once)
        return Shown({"job_id": str(job_id)}, location=f"/v1/jobs/{job_id}", tagged=False)

    async def count(self) -> int:
        """Return how many customers there are to weigh."""
        return await self.alike.count()

    async def go_on(self, after: UUID) -> tuple[UUID | None, int, int]:
        """Weigh the next customers against older ones; returns the last, how many, new pairs.

        Their match keys are added first where they are missing, as of customers from before there
        were any: whoever is older has been here already.
        """
        ids = await self.alike.next_ids(after, AT_ONCE)
        if not ids:
            return None, 0, 0
        ones = await self.alike.open(ids, is_readable)
        keys: dict[Key, int] = {}
        async for one in breathing(ones.values()):
            keys |= one.keys(self.work.platform.sealing)
        await self.alike.keep_keys(keys)
        older = await self.alike.older(keys)
        others = await self._others(older, ones)
        weighed = await _weigh(older, {**others, **ones})
        added = await PairRepository(self.work).keep(weighed, LIKELY)
        self.work.line.detail["scan"] = {"customers": len(ids), "pairs": len(weighed), "new": added}
        return ids[-1], len(ids), added

    async def _others(
        self, older: Mapping[UUID, Iterable[UUID]], ones: Mapping[UUID, Alike]
    ) -> dict[UUID, Alike]:
        ids = dict.fromkeys(other for found in older.values() for other in found)
        return await self.alike.open([one for one in ids if one not in ones], is_readable)


async def _weigh(
    older: Mapping[UUID, Iterable[UUID]], alike: Mapping[UUID, Alike]
) -> dict[Pair, Verdict]:
    made: dict[UUID, Likeness] = {}
    weighed: dict[Pair, Verdict] = {}

    def likeness(customer_id: UUID) -> Likeness:
        if customer_id not in made:
            made[customer_id] = alike[customer_id].likeness()
        return made[customer_id]

    pairs = [(one, other) for one, others in older.items() for other in others if other in alike]
    async for one, other in breathing(pairs):
        weighed[one, other] = compare(likeness(one), likeness(other))
    return weighed


def progress(of: Mapping[str, Any]) -> UUID:
    """Return the customer after which a scan goes on."""
    return UUID(of["after"]) if "after" in of else FIRST
