"""Wrong attempts, counted for all processes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.core.clock import now
from app.core.statements import Statement
from app.core.work import UnitOfWork

# A counter without a further failure begins anew after that time.
FORGOTTEN: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=1)
SELDOM: Final = 64

BLOCKED: Final = Statement(
    "select max(blocked_until) from sign_in_attempts where counter = any($1::bytea[])",
    ("counters",),
    {},
)
# One statement, guarded: of many that failed at once, those beyond the limit are not even counted.
COUNT: Final = Statement(
    "insert into sign_in_attempts as a (counter, failures, last_at, blocked_until) "
    "values ($1, 1, $2, $2) on conflict (counter) do update set "
    "failures = case when a.last_at < $3 then 1 else a.failures + 1 end, "
    "last_at = $2, "
    "blocked_until = case when a.last_at < $3 or a.failures + 1 < $4::int then $2 "
    "else $2 + make_interval(secs => least($5::float8, "
    "power(2::float8, least(a.failures + 1 - $4::int, 20)::float8))) end "
    "where a.blocked_until <= $2 returning failures",
    ("counter", "at", "forgotten", "free", "longest"),
    {},
)
FORGET: Final = Statement(
    "delete from sign_in_attempts where counter = $1 returning counter", ("counter",), {}
)
SWEEP: Final = Statement("delete from sign_in_attempts where last_at < $1", ("before",), {})


@dataclass(frozen=True, slots=True)
class Counter:
    """What failures are counted under, how many are free, and the longest wait after one."""

    key: bytes
    free: int
    longest: float


class AttemptRepository:
    """Counts failures outside of the request's own transaction: a refusal takes none back."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def blocked_until(self, counters: Sequence[Counter]) -> datetime | None:
        """Return when the next attempt may come; none has to wait past it."""
        rows = await self._work.fetch(BLOCKED, {"counters": [one.key for one in counters]})
        until: datetime | None = rows[0][0]
        return until

    async def count(self, counter: Counter) -> bool:
        """Count a failure; False when the counter has been blocked meanwhile."""
        at = now()
        limits = {"free": counter.free, "longest": counter.longest}
        params = {"counter": counter.key, "at": at, "forgotten": at - FORGOTTEN, **limits}
        counted = bool(await self._work.fetch(COUNT, params))
        if counter.key[0] % SELDOM == 0:
            await self._work.fetch(SWEEP, {"before": at - KEPT})
        return counted

    async def forget(self, counter: Counter) -> None:
        """Begin a counter anew."""
        await self._work.fetch(FORGET, {"counter": counter.key})
