"""The stewards' queue of possible doubles."""

from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.customers.repository.pairs import PairRepository
from app.features.customers.service.merging import MergingService

QUEUE: Final = "duplicates"
POSITION: Final = ("found_at", "customer_id", "other_id")


class DuplicateService:
    """Shows pairs of records that share something nobody else should have."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.pairs = PairRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List open pairs, newest first."""
        asked.only("limit", "cursor")
        limit = read_limit(asked.one("limit"))
        pairs = await self.pairs.page(self._after(asked.one("cursor")), limit + 1)
        items = pairs[:limit]
        if len(pairs) <= limit:
            return Listed(items)
        position = [items[-1][name] for name in POSITION]
        return Listed(items, write_cursor(self.work.platform.sealing, QUEUE, position))

    async def keep_apart(self, one: UUID, other: UUID) -> Shown:
        """Remember two customers within reach as no doubles; raises NotFound, NotPermitted."""
        if one == other:
            raise Malformed(faults=[Fault("/other_id", "given-twice")])
        merging = MergingService(self.work)
        for customer_id in (one, other):
            await merging.living(customer_id)
        self.work.line.changed["status"] = None
        self.work.note([str(one), str(other)], "duplicates", {"reasons": "read"})
        async with self.work.pinned(), self.work.changing():
            pair = await merging.settle(one, other, "not_duplicate")
        return Shown({name: _plain(value) for name, value in pair.items()})

    def _after(self, cursor: str | None) -> dict[str, Any]:
        if cursor is None:
            return {}
        position = read_cursor(self.work.platform.sealing, QUEUE, cursor)
        after = dict(zip(POSITION, position, strict=True))
        return {**after, "found_at": TIMESTAMP.normalise(after["found_at"])}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
