"""The queue of jobs: put in with what causes them, taken by one worker at a time under a lease.

A lease is a random token. Each start draws a new one, and whatever a worker writes names the one it
was given: a worker that was thought dead and wakes up writes nothing any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from app.core.clock import new_id, now
from app.core.database import Database
from app.core.job_records import OPEN, JobState
from app.core.job_seals import seal_narrowing, seal_part
from app.core.statements import Statement
from app.core.work import UnitOfWork

CHANNEL: Final = "cims_jobs"
PUT: Final = Statement(
    "with put as (insert into jobs (job_id, kind, submitter_id, purpose, request_id, once_key, "  # noqa: S608 - constants alone
    "parameters, narrowing, state, due_at, queued_at) values ($1, $2, $3, $4, $5, $6, $7, $8, "
    f"'queued', now() + $9::interval, $10) on conflict (once_key) where {OPEN} do nothing "
    "returning job_id) "
    f"select job_id, pg_notify('{CHANNEL}', '') from put",
    (
        *("job_id", "kind", "submitter_id", "purpose", "request_id", "once_key"),
        *("parameters", "narrowing", "after", "queued_at"),
    ),
    {},
)
KNOWN: Final = Statement(
    f"select job_id from jobs where once_key = $1 and {OPEN}",  # noqa: S608 - a constant
    ("once_key",),
    {},
)
TAKE: Final = (
    f"with next as (select job_id from jobs where {OPEN} and due_at <= now() "  # noqa: S608 - constants alone
    "and kind = any($1) order by due_at, job_id limit $5 for update skip locked) "
    "update jobs set state = 'running', lease = $2, due_at = now() + $3::interval, "
    "starts = starts + 1, attempts = attempts + 1, version = version + 1, "
    "started_at = coalesce(started_at, $4) from next where jobs.job_id = next.job_id "
    "returning jobs.job_id, kind, submitter_id, purpose, parameters, narrowing, done, total, step, "
    "step_zh, checkpoint, result, starts, attempts, lease"
)
BEAT: Final = (
    "update jobs set due_at = now() + $3::interval "
    "from unnest($1::uuid[], $2::uuid[]) as mine (job_id, lease) where state = 'running' "
    "and jobs.job_id = mine.job_id and jobs.lease = mine.lease returning jobs.job_id, cancel_asked"
)
# Not locked against progress or a wish to cancel, but nobody can take the job in between.
HOLD: Final = (
    "select cancel_asked from jobs where job_id = $1 and lease = $2 and state = 'running' "
    "for key share"
)
KEEP: Final = (
    "update jobs set done = $3, total = $4, step = $5, step_zh = $6, checkpoint = $7, result = $8, "
    "attempts = case when $9 then 0 else attempts end, version = version + 1, "
    "due_at = now() + $10::interval "
    "where job_id = $1 and lease = $2 and state = 'running' returning job_id"
)
LEAVE: Final = (
    "update jobs set state = $3, trouble = $4, ended_at = $5, due_at = now() + $6::interval, "
    "attempts = attempts - $7, lease = null, version = version + 1, result = coalesce($8, result), "
    "checkpoint = case when $3 = 'succeeded' then null else checkpoint end "
    "where job_id = $1 and lease = $2 and state = 'running' returning job_id"
)
AT_ONCE: Final = timedelta()


class LeaseLostError(Exception):
    """Another worker may have taken the job: nothing of this step counts."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job as the worker took it, with the lease that it holds it by."""

    job_id: UUID
    kind: str
    submitter_id: UUID
    purpose: str | None
    parameters: bytes
    done: int
    total: int | None
    step: str | None
    step_zh: str | None
    checkpoint: bytes | None
    result: bytes | None
    starts: int
    attempts: int
    lease: UUID
    narrowing: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """In which state a worker leaves a job; `after` is when it may be taken again."""

    state: JobState
    trouble: str | None = None
    after: timedelta = AT_ONCE
    attempts_back: int = 0
    result: bytes | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, if it did."""
        return None if self.state.is_open else now()


async def enqueue(
    work: UnitOfWork,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    once: str | None = None,
    after: timedelta = AT_ONCE,
    in_name_of: UUID | None = None,
) -> UUID:
    """Put a job into the queue within the transaction that is held: it is there with it or never.

    It will run with the rights of the actor as they are then, as far as a narrowed token has them
    now, or of whoever it is said to be in the name of: what somebody else has approved. While a job
    with the same `once` is open, no second one is made: that one's id is returned.
    """
    if not work.is_pinned:
        raise RuntimeError("a job is queued within the transaction of what causes it")
    job_id = new_id()
    params = {
        "job_id": job_id,
        "kind": kind,
        "submitter_id": in_name_of or work.actor.actor_id,
        "purpose": work.line.purpose,
        "request_id": work.line.request_id,
        "once_key": once,
        "parameters": seal_part(work.platform.sealing, job_id, "parameters", parameters),
        "narrowing": seal_narrowing(work.platform.sealing, job_id, work.actor.narrowing),
        "after": after,
        "queued_at": now(),
    }
    rows = await work.fetch(PUT, params) or await work.fetch(KNOWN, {"once_key": once})
    if not rows:  # the other one has just ended
        return await enqueue(work, kind, parameters, once=once, after=after, in_name_of=in_name_of)
    found: UUID = rows[0]["job_id"]
    work.line.detail["job"] = {"job_id": str(found), "kind": kind}
    return found


class JobQueue:
    """What a worker does with the queue; each deed is one statement."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self.lease = lease

    async def take(self, kinds: Sequence[str], most: int) -> list[Taken]:
        """Take the jobs that are due for longest; starts are counted before anything is done."""
        args = [list(kinds), uuid4(), self.lease, now(), most]
        return [Taken(**row) for row in await self._database.fetch(TAKE, args)]

    async def beat(self, taken: Sequence[Taken]) -> dict[UUID, bool]:
        """Prolong leases; returns those that are held still, and whether to cancel is asked."""
        ids, leases = [one.job_id for one in taken], [one.lease for one in taken]
        rows = await self._database.fetch(BEAT, [ids, leases, self.lease])
        return {row["job_id"]: row["cancel_asked"] for row in rows}

    async def hold(self, connection: asyncpg.Connection, taken: Taken) -> bool:
        """Keep others off until the transaction ends; returns whether to cancel is asked."""
        row = await connection.fetchrow(HOLD, taken.job_id, taken.lease)
        if row is None:
            raise LeaseLostError
        return bool(row["cancel_asked"])

    async def keep(self, connection: asyncpg.Connection, taken: Taken, *kept: Any) -> None:
        """Write how far the job is, with what the step did."""
        args = (taken.job_id, taken.lease, *kept, self.lease)
        if not await connection.fetchrow(KEEP, *args):
            raise LeaseLostError

    async def leave(self, connection: asyncpg.Connection, taken: Taken, leaving: Leaving) -> None:
        """Give the job back in another state."""
        row = await connection.fetchrow(
            LEAVE,
            taken.job_id,
            taken.lease,
            leaving.state,
            leaving.trouble,
            leaving.ended_at,
            leaving.after,
            leaving.attempts_back,
            leaving.result,
        )
        if row is None:
            raise LeaseLostError
