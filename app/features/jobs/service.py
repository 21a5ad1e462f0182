"""What may be seen of jobs, and done with them."""

from collections.abc import AsyncGenerator
from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.job_records import JobState
from app.core.job_seals import open_part
from app.core.kinds import UUID as UUID_KIND
from app.core.kinds import Invalid
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import REGISTRY, Broken, Fault, Malformed, NotFound, NotPermitted
from app.core.views import Event, Listed, Shown, Streamed
from app.core.work import UnitOfWork
from app.features.jobs.problems import JobEnded, JobNotRestartable
from app.features.jobs.repository import NARROWING, JobRepository
from app.features.jobs.schemas import JobView

PLACE: Final = "jobs"
SEALED: Final = ("parameters", "result")
SHOWN: Final = dict.fromkeys(JobView.model_fields, "read")
HIDDEN: Final = dict.fromkeys(SEALED, "hidden")
LONGEST_KIND: Final = 100


class JobService:
    """One's own jobs, and for those who may the jobs of all."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._jobs = JobRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List jobs, newest first."""
        asked.only("limit", "cursor", *NARROWING)
        narrowed = _narrowed(asked)
        mine = self._mine
        if mine is not None and narrowed.setdefault("submitter_id", mine) != mine:
            return Listed([])
        limit, place = read_limit(asked.one("limit")), f"{PLACE} {sorted(narrowed.items())}"
        found = await self._jobs.page(narrowed, self._after(asked, place), limit + 1)
        rows = found[:limit]
        items = [self._view(row) for row in rows]
        self._work.note([], PLACE, SHOWN)
        if len(found) <= limit:
            return Listed(items)
        last = [str(rows[-1]["job_id"])]
        return Listed(items, write_cursor(self._work.platform.sealing, place, last))

    async def get(self, job_id: UUID) -> Shown:
        """Show a job; raises NotFound for another's, too."""
        return Shown(self._view(await self._found(job_id)))

    async def cancel(self, job_id: UUID) -> Shown:
        """Cancel a job: at once when it waits, before its next step when it runs."""
        await self._require_managed(job_id)
        async with self._work.pinned(), self._work.changing():
            self._note(job_id, "cancelled")
            if not await self._jobs.cancel(job_id):
                raise JobEnded
        return await self.get(job_id)

    async def restart(self, job_id: UUID) -> Shown:
        """Begin a failed or held job anew where it stopped, with its submitter's rights."""
        await self._require_managed(job_id)
        async with self._work.pinned(), self._work.changing():
            self._note(job_id, "restarted")
            if not await self._jobs.restart(job_id):
                raise JobNotRestartable
        return await self.get(job_id)

    async def follow(self, job_id: UUID, seen: str | None) -> Streamed:
        """Tell each state of a job that the reader has not seen, until it ends."""
        first = await self._found(job_id)
        known = int(seen) if seen and seen.isascii() and seen.isdigit() else None
        return Streamed(self._events(first, known))

    async def _events(
        self, row: dict[str, Any] | None, known: int | None
    ) -> AsyncGenerator[Event | None, None]:
        """Yield an event for each new state, and None where there is nothing new to tell."""
        while row is not None:
            is_over = not JobState(row["state"]).is_open
            is_news = row["version"] != known
            known = row["version"]
            event = Event(id=str(known), name="job", values=self._view(row), is_last=is_over)
            yield event if is_news or is_over else None
            row = await self._jobs.find(row["job_id"], self._mine)

    @property
    def _mine(self) -> UUID | None:
        """Whose jobs alone are there for the actor; None for those who see all."""
        actor = self._work.actor
        return None if actor.may(Permission.JOBS_READ_ALL) else actor.actor_id

    async def _found(self, job_id: UUID) -> dict[str, Any]:
        row = await self._jobs.find(job_id, self._mine)
        if row is None:
            raise NotFound
        self._work.note([], PLACE, SHOWN if self._is_own(row) else {**SHOWN, **HIDDEN})
        return row

    async def _require_managed(self, job_id: UUID) -> None:
        """Let submitters act on their jobs, and others if they may manage those of all."""
        row = await self._found(job_id)
        if not self._is_own(row) and not self._work.actor.may(Permission.JOBS_MANAGE):
            raise NotPermitted

    def _is_own(self, row: dict[str, Any]) -> bool:
        return bool(row["submitter_id"] == self._work.actor.actor_id)

    def _note(self, job_id: UUID, act: str) -> None:
        line = self._work.line
        line.changed["state"] = None
        line.detail["job"] = {"job_id": str(job_id), "act": act}

    def _after(self, asked: Asked, place: str) -> UUID | None:
        cursor = asked.one("cursor")
        if cursor is None:
            return None
        return UUID(*read_cursor(self._work.platform.sealing, place, cursor))

    def _view(self, row: dict[str, Any]) -> dict[str, Any]:
        is_own, sealing = self._is_own(row), self._work.platform.sealing
        opened = {
            part: open_part(sealing, row["job_id"], part, row[part]) if is_own else None
            for part in SEALED
        }
        made = {
            **opened,
            "step": {"en": row["step"], "zh": row["step_zh"]},
            "trouble": _trouble(row["trouble"]),
            "is_cancelling": row["cancel_asked"] and row["state"] == JobState.RUNNING,
            "due_at": row["due_at"] if row["state"] == JobState.QUEUED else None,
            "withheld": {} if is_own else HIDDEN,
        }
        return {name: made[name] if name in made else row[name] for name in JobView.model_fields}


def _trouble(slug: str | None) -> dict[str, str] | None:
    if slug is None:
        return None
    problem = REGISTRY.get(slug, Broken)
    return {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "title_zh": problem.title_zh,
    }


def _narrowed(asked: Asked) -> dict[str, Any]:
    """Read what the list is narrowed by."""
    narrowed: dict[str, Any] = {}
    if (submitter := asked.one("submitter_id")) is not None:
        narrowed["submitter_id"] = _id(submitter)
    if (kind := asked.one("kind")) is not None:
        narrowed["kind"] = kind[:LONGEST_KIND]
    if (state := asked.one("state")) is not None:
        if state not in {*JobState}:
            raise Malformed(faults=[Fault("/state", "choice-unknown")])
        narrowed["state"] = state
    return narrowed


def _id(text: str) -> UUID:
    try:
        found: UUID = UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault("/submitter_id", refused.code)]) from None
    return found
