"""The stewards' queue of possible doubles."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.customers.matching import LEVELS
from app.features.customers.models.choices import DuplicateStatus
from app.features.customers.repository.pairs import PairRepository, Queue
from app.features.customers.service.merging import MergingService

PARAMETERS: Final = ("limit", "cursor", "status", "sort", "score.gte")
SORTS: Final = {None: False, "-found_at": False, "-score": True}
# Two findings that say the same to people: how rare a name is, is in the score.
SAME: Final = {"name_rare": "name"}


class DuplicateService:
    """Shows pairs of records that may be of one customer, and keeps what is said of them."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.pairs = PairRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List pairs, open ones unless asked otherwise, newest or likeliest first."""
        asked.only(*PARAMETERS)
        limit, queue = read_limit(asked.one("limit")), _queue(asked)
        place = f"duplicates {queue}"
        pairs = await self.pairs.page(queue, self._after(queue, place, asked), limit + 1)
        items = [_shown(pair) for pair in pairs[:limit]]
        if len(pairs) <= limit:
            return Listed(items)
        position = [pairs[limit - 1][name] for name in queue.position]
        return Listed(items, write_cursor(self.work.platform.sealing, place, position))

    async def say(self, one: UUID, other: UUID, status: DuplicateStatus) -> Shown:
        """Remember what two customers within reach are; raises NotFound, NotPermitted."""
        if one == other:
            raise Malformed(faults=[Fault("/other_id", "given-twice")])
        merging = MergingService(self.work)
        for customer_id in (one, other):
            await merging.living(customer_id)
        self.work.line.changed["status"] = None
        self.work.line.detail["duplicate"] = status.value
        self.work.note([str(one), str(other)], "duplicates", {"reasons": "read", "score": "read"})
        async with self.work.pinned(), self.work.changing():
            pair = await merging.settle(one, other, status.value)
        return Shown({name: _plain(value) for name, value in _shown(pair).items()})

    def _after(self, queue: Queue, place: str, asked: Asked) -> dict[str, Any]:
        cursor = asked.one("cursor")
        if cursor is None:
            return {}
        position = read_cursor(self.work.platform.sealing, place, cursor)
        after = dict(zip(queue.position, position, strict=True))
        return {**after, "found_at": TIMESTAMP.normalise(after["found_at"])}


def because(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Put findings into words, in both languages; the strongest first as they come."""
    return [{"code": SAME.get(c, c), "en": LEVELS[c].en, "zh": LEVELS[c].zh} for c in codes]


def _shown(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pair as it is told; what is shared counts until the two have been weighed."""
    kinds, findings = sorted({*pair["reasons"]}), pair["findings"]
    return {
        **{name: pair[name] for name in ("customer_id", "other_id", "status", "found_at")},
        "score": pair["score"],
        "reasons": kinds or sorted({SAME.get(code, code) for code in findings or ()}),
        "because": because(findings if findings is not None else kinds),
        "method": "shared" if findings is None else "weighed",
    }


def _queue(asked: Asked) -> Queue:
    status, sort, least = (asked.one(name) for name in ("status", "sort", "score.gte"))
    if status is not None and status not in {*DuplicateStatus}:
        raise Malformed(faults=[Fault("/status", "choice-unknown")])
    if sort not in SORTS:
        raise Malformed(faults=[Fault("/sort", "choice-unknown")])
    return Queue(status=status or "open", by_score=SORTS[sort], least=_least(least))


def _least(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        least = float(text)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        raise Malformed(faults=[Fault("/score.gte", "number-invalid")])
    return least


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
