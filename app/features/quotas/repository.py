"""The uses of quotas in the database: added to, read by others, extended, let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.database import Database
from app.core.metering import Metered
from app.core.statements import Statement
from app.core.work import UnitOfWork

# Another process may write its moment, and commit so much later.
OVERLAP: Final = timedelta(seconds=5)
ADD: Final = (
    "insert into quota_uses as u (day, actor_id, quota, used, extended, touched_at) "
    "select one.day, one.actor_id, one.quota, one.used, 0, clock_timestamp() "
    "from unnest($1::date[], $2::uuid[], $3::text[], $4::int8[]) "
    "as one (day, actor_id, quota, used) on conflict (day, actor_id, quota) "
    "do update set used = u.used + excluded.used, touched_at = excluded.touched_at"
)
READ: Final = (
    "select actor_id, quota, used, extended, touched_at from quota_uses "
    "where day = $1 and touched_at > $2"
)
READ_DAY: Final = (
    "select actor_id, quota, used, extended, touched_at from quota_uses where day = $1"
)
EXTEND: Final = Statement(
    "insert into quota_uses as u "
    "(day, actor_id, quota, used, extended, factor_at, touched_at) "
    "values ($1, $2, $3, 0, 1, $4, clock_timestamp()) on conflict (day, actor_id, quota) "
    "do update set extended = u.extended + 1, factor_at = excluded.factor_at, "
    "touched_at = excluded.touched_at "
    "where u.extended < $5 and (u.factor_at is null or u.factor_at < excluded.factor_at) "
    "returning u.extended",
    ("day", "actor_id", "quota", "factor_at", "most"),
    {},
)
EXTENDED: Final = Statement(
    "select extended from quota_uses where day = $1 and actor_id = $2 and quota = $3",
    ("day", "actor_id", "quota"),
    {},
)
FORGET: Final = Statement("delete from quota_uses where day < $1", ("day",), {})


@dataclass(frozen=True, slots=True, order=True)
class Increment:
    """What one process has counted since it last said so."""

    day: date
    actor_id: UUID
    quota: Metered
    number: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What all processes have counted of one quota of an actor."""

    actor_id: UUID
    quota: Metered
    used: int
    extended: int
    touched_at: datetime


async def add_uses(database: Database, counted: Sequence[Increment]) -> None:
    """Add what was counted, always in the same order: two processes never wait for each other."""
    rows = sorted(counted)
    columns = ("day", "actor_id", "quota", "number")
    await database.fetch(ADD, [[getattr(row, name) for row in rows] for name in columns])


async def read_uses(database: Database, day: date, since: datetime | None) -> list[Sum]:
    """Return the sums of a day, all or those that changed since."""
    if since is None:
        rows = await database.fetch(READ_DAY, [day])
    else:
        rows = await database.fetch(READ, [day, since - OVERLAP])
    return [Sum(row[0], Metered(row[1]), row[2], row[3], row[4]) for row in rows]


class QuotaRepository:
    """Extends quotas, and lets go of old days."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def extend(self, day: date, quota: Metered, most: int) -> int | None:
        """Open the actor's quota anew; None if that was done often enough, or by this factor."""
        actor = self._work.actor
        params = {"factor_at": actor.factor_at, "most": most}
        rows = await self._work.fetch(EXTEND, {**self._named(day, quota), **params})
        return int(rows[0][0]) if rows else None

    async def extended(self, day: date, quota: Metered) -> int:
        """Return how often the actor's quota was opened anew."""
        rows = await self._work.fetch(EXTENDED, self._named(day, quota))
        return int(rows[0][0]) if rows else 0

    async def forget(self, before: date) -> None:
        """Let go of the days before."""
        await self._work.fetch(FORGET, {"day": before})

    def _named(self, day: date, quota: Metered) -> dict[str, Any]:
        return {"day": day, "actor_id": self._work.actor.actor_id, "quota": quota.value}
