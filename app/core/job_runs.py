"""Job runs: what a feature declares of a job, and what its code is given to work with."""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from app.core.access import Actor
from app.core.audit import Line
from app.core.job_queue import JobQueue, Taken
from app.core.job_seals import open_narrowing, open_part, seal_part
from app.core.jobs import OPERATOR, operator
from app.core.permissions import Permission
from app.core.problems import NotPermitted, Problem
from app.core.work import Platform, UnitOfWork

TRIES: Final = 5


class SubmitterNotActive(Problem):
    """A job works in the name of whoever submitted it; that account may not act any more."""

    slug, status = "submitter-not-active", 403
    title = "Whoever submitted this job may not act any more."
    title_zh = "提交此任务的账号已停用。"


class BreaksAgain(Problem):
    """The job has been begun as often as it may without getting on; see the log of the workers."""

    slug, status = "breaks-again", 500
    title = "The job broke off several times without getting on."
    title_zh = "任务多次中断且没有进展。"


class CancelledError(Exception):
    """Somebody asked to cancel the job; raised where a step would begin."""


class GivenBackError(Exception):
    """The worker is about to end; raised where a step would begin."""


class Submitters(Protocol):
    """Those in whose names jobs act, with the rights that they have at the moment of asking."""

    async def refresh(self) -> None:
        """See everybody as they are now; raises NotNow without a database."""

    def actor(
        self, submitter_id: UUID, session: str, narrowing: frozenset[str] | None = None
    ) -> Actor:
        """Return a submitter as the actor of a job; raises SubmitterNotActive.

        With a narrowing, the job has no right that either lacks: the submitter now, or the token.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that goes on after the answer, as long as it takes, with the submitter's rights.

    `kind` is also the operation of its audit lines. `run` works in steps and may be begun again
    at any of them. Troubles that pass (`passing`, and NotNow) are tried again, later each time.
    What the service itself submits, as a routine does, has the `system_scopes`.
    """

    kind: str
    permission: Permission
    run: "Callable[[Run], Awaitable[None]]"
    passing: tuple[type[Exception], ...] = ()
    tries: int = TRIES
    system_scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class Run:
    """One start of a job: its parameters, how far it is, and the steps that take it further.

    `done`, `total`, `checkpoint` and `result` are kept when a step ends, in its transaction: after
    a crash the next start finds them as they were after the last whole step. What is read into
    memory or written to files belongs between the steps, under a name that the checkpoint knows.
    """

    taken: Taken
    parameters: dict[str, Any]
    checkpoint: dict[str, Any]
    done: int
    total: int | None
    result: dict[str, Any] | None
    _job: Job
    _platform: Platform
    _queue: JobQueue
    _submitters: Submitters
    attempts: int
    is_cancelled: bool = False
    is_given_back: bool = False
    is_leaving: bool = False
    is_lost: bool = False
    _words: tuple[str | None, str | None] = field(default=(None, None))

    @classmethod
    def of(
        cls, taken: Taken, job: Job, platform: Platform, queue: JobQueue, submitters: Submitters
    ) -> "Run":
        """Open what is sealed of a job that was taken."""
        sealing, job_id = platform.sealing, taken.job_id
        return cls(
            taken,
            open_part(sealing, job_id, "parameters", taken.parameters),
            open_part(sealing, job_id, "checkpoint", taken.checkpoint) or {},
            taken.done,
            taken.total,
            open_part(sealing, job_id, "result", taken.result),
            job,
            platform,
            queue,
            submitters,
            taken.attempts,
            _words=(taken.step, taken.step_zh),
        )

    @property
    def job_id(self) -> UUID:
        """The job."""
        return self.taken.job_id

    @property
    def platform(self) -> Platform:
        """What the process has once."""
        return self._platform

    @asynccontextmanager
    async def step(self, en: str | None = None, zh: str | None = None) -> AsyncIterator[UnitOfWork]:
        """Do a piece of the job in one transaction with its audit line and the progress.

        All of it stands once, or nothing. The words tell people what is being done, without names.
        Raises NotPermitted when the submitter may not do this any more, and what ends a run.
        """
        if self.is_given_back:
            raise GivenBackError
        before = self._progress()
        self._words = (en or self._words[0], zh or self._words[1])
        try:
            async with self._held(self.work()) as work:
                yield work
        except BaseException:
            self.done, self.total, self.checkpoint, self.result, self._words = before
            raise
        if self._got_on:
            self.attempts = 0

    def work(self) -> UnitOfWork:
        """Open a unit of work as the submitter, with the rights that they have at this moment."""
        actor = self._actor(f"worker, start {self.taken.starts}")
        if not actor.may(self._job.permission):
            raise NotPermitted
        return UnitOfWork(self._platform, self.line(actor, 200))

    @asynccontextmanager
    async def _held(self, work: UnitOfWork) -> AsyncIterator[UnitOfWork]:
        """Hold a transaction that only the holder of the lease can begin and end well."""
        async with work.pinned() as connection:
            self._require_wanted(await self._queue.hold(connection, self.taken))
            yield work
            if not work.settled:
                async with work.changing():
                    pass
            await self._queue.keep(connection, self.taken, *self._kept())

    def _require_wanted(self, is_cancelled: bool) -> None:  # noqa: FBT001 - what the row says
        if is_cancelled or self.is_cancelled:
            raise CancelledError

    def _actor(self, session: str) -> Actor:
        submitter = self.taken.submitter_id
        if submitter == OPERATOR:
            return operator(*self._job.system_scopes)
        sealed = self.taken.narrowing
        narrowing = open_narrowing(self._platform.sealing, self.job_id, sealed)
        return self._submitters.actor(submitter, session, narrowing)

    def line(self, actor: Actor, status: int) -> Line:
        """Begin an audit line: the job is its request."""
        taken = self.taken
        return Line(
            str(taken.job_id),
            actor=actor,
            operation=taken.kind,
            purpose=taken.purpose,
            status=status,
        )

    def sealed_result(self) -> bytes | None:
        """Return the result as it is kept."""
        if self.result is None:
            return None
        return seal_part(self._platform.sealing, self.job_id, "result", self.result)

    @property
    def _got_on(self) -> bool:
        """Whether this start has done more than begin again: it may then be begun as often anew."""
        return self.done > self.taken.done

    def _progress(self) -> tuple[Any, ...]:
        kept = (self.done, self.total, self.checkpoint, self.result, self._words)
        return copy.deepcopy(kept)

    def _kept(self) -> tuple[Any, ...]:
        sealing = self._platform.sealing
        checkpoint = seal_part(sealing, self.job_id, "checkpoint", self.checkpoint)
        result = self.sealed_result()
        return (self.done, self.total, *self._words, checkpoint, result, self._got_on)
