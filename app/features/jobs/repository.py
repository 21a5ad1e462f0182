"""Jobs as they stand in the table, one's own or all of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Integer, Select, Text, Uuid, bindparam, select

from app.core.clock import now
from app.core.job_queue import CHANNEL
from app.core.job_records import JOBS
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork

TABLE: Final = JOBS
UNSHOWN: Final = {
    *("narrowing", "lease", "checkpoint", "once_key", "attempts", "purpose", "request_id")
}
COLUMNS: Final = tuple(column for column in TABLE.c if column.name not in UNSHOWN)
NARROWING: Final = {"submitter_id": Uuid, "kind": Text, "state": Text}
# At once where no worker has it; otherwise the worker that has it is told.
CANCEL: Final = Statement(
    "update jobs set cancel_asked = true, version = version + 1, "
    "state = case when state = 'running' then state else 'cancelled' end, "
    "ended_at = case when state = 'running' then ended_at else $2 end "
    "where job_id = $1 and state in ('queued', 'running', 'held') returning job_id",
    ("job_id", "at"),
    {},
)
RESTART: Final = Statement(
    "with begun as (update jobs set state = 'queued', attempts = 0, trouble = null, "  # noqa: S608
    "cancel_asked = false, ended_at = null, due_at = now(), version = version + 1 "
    "where job_id = $1 and state in ('failed', 'held') returning job_id) "
    f"select job_id, pg_notify('{CHANNEL}', '') from begun",
    ("job_id",),
    {},
)


FORGET: Final = Statement(
    "delete from jobs where job_id in (select job_id from jobs where ended_at < $1 "
    "order by ended_at limit $2 for update skip locked) returning job_id",
    ("before", "most"),
    {},
)


class JobRepository:
    """Finds, lists, cancels and restarts jobs."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def find(self, job_id: UUID, submitter_id: UUID | None) -> dict[str, Any] | None:
        """Return a job, if it is one of the submitter's when one is named."""
        mine = {} if submitter_id is None else {"submitter_id": submitter_id}
        statement = _listed(("job_id", *mine), continued=False)
        rows = await self._work.fetch(statement, {"job_id": job_id, **mine, "most": 1})
        return dict(rows[0]) if rows else None

    async def page(
        self, narrowed: Mapping[str, Any], after: UUID | None, most: int
    ) -> list[dict[str, Any]]:
        """Return jobs, newest first."""
        statement = _listed(tuple(sorted(narrowed)), continued=after is not None)
        params = {**narrowed, "after": after, "most": most}
        return [dict(row) for row in await self._work.fetch(statement, params)]

    async def cancel(self, job_id: UUID) -> bool:
        """Cancel a job, or ask its worker to; False when it has ended."""
        return bool(await self._work.fetch(CANCEL, {"job_id": job_id, "at": now()}))

    async def restart(self, job_id: UUID) -> bool:
        """Put a job into the queue again; False when it is not one to be begun anew."""
        try:
            return bool(await self._work.fetch(RESTART, {"job_id": job_id}))
        except asyncpg.UniqueViolationError:  # another one that does the same is open
            return False

    async def forget(self, before: datetime, most: int) -> int:
        """Remove jobs that ended before a moment, and return how many."""
        return len(await self._work.fetch(FORGET, {"before": before, "most": most}))


@remembered(64)
def _listed(narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    asked: Select[Any] = select(*COLUMNS)
    for name in narrowed:
        asked = asked.where(TABLE.c[name] == bindparam(name, type_=NARROWING.get(name, Uuid)()))
    if continued:
        asked = asked.where(TABLE.c.job_id < bindparam("after", type_=Uuid))
    asked = asked.order_by(TABLE.c.job_id.desc())
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
