"""The stewards' queue of possible doubles."""

from typing import Any, Final

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP
from app.core.paging import Asked, read_limit
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.customers.repository.pairs import PairRepository

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

    def _after(self, cursor: str | None) -> dict[str, Any]:
        if cursor is None:
            return {}
        position = read_cursor(self.work.platform.sealing, QUEUE, cursor)
        after = dict(zip(POSITION, position, strict=True))
        return {**after, "found_at": TIMESTAMP.normalise(after["found_at"])}
