"""The worker: takes jobs when they are due, some at once, and leaves each in a state that is told.

Any number of workers may run beside each other; what one held when it was killed is taken by
another once its lease is over.
"""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import asyncpg
import structlog

from app.core.access import Actor, ActorKind
from app.core.database import UNREACHABLE
from app.core.job_queue import CHANNEL, JobQueue, LeaseLostError, Leaving, Taken
from app.core.job_records import JobState
from app.core.job_runs import BreaksAgain, CancelledError, GivenBackError, Job, Run, Submitters
from app.core.problems import Broken, NotNow, Problem
from app.core.work import Platform, UnitOfWork

LEASE: Final = timedelta(seconds=15)
BEATS: Final = 3  # of a lease
LOOK: Final = 1.0  # without being told, as for what is tried again and for what others lost
DRAIN: Final = 20.0
LONGEST_PAUSE: Final = 300.0
BROKEN: Final = 500
log = structlog.get_logger()


class Worker:
    """Runs jobs until it is told to stop; then each gives back its job after the step it is in."""

    def __init__(
        self,
        platform: Platform,
        jobs: Sequence[Job],
        submitters: Submitters,
        url: str,
        *,
        at_once: int = 4,
        lease: timedelta = LEASE,
    ) -> None:
        self._platform = platform
        self._jobs = {job.kind: job for job in jobs}
        self._submitters = submitters
        self._url = url
        self._at_once = at_once
        self._queue = JobQueue(platform.database, lease)
        self._running: dict[asyncio.Task[None], Run] = {}
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._ear: asyncpg.Connection | None = None

    def stop(self) -> None:
        """Take nothing more; what runs is given back after its step."""
        self._is_stopping = True
        for run in self._running.values():
            run.is_given_back = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped; returns once nothing is held any more."""
        beating = asyncio.create_task(self._beat(), name="leases")
        try:
            while not self._is_stopping:
                self._wake.clear()
                await self._listen()
                while self._room and await self._begin_due():
                    pass
                await self._pause(LOOK)
            await self._drain()
        finally:
            beating.cancel()
            if self._ear is not None:
                self._ear.terminate()

    @property
    def _room(self) -> int:
        return 0 if self._is_stopping else self._at_once - len(self._running)

    async def _begin_due(self) -> bool:
        """Begin what is due; a database that is away is asked again later."""
        try:
            taken = await self._queue.take([*self._jobs], self._room)
        except NotNow:
            return False
        for one in taken:
            self._begin(one)
        return bool(taken)

    def _begin(self, taken: Taken) -> None:
        job = self._jobs[taken.kind]
        run = Run.of(taken, job, self._platform, self._queue, self._submitters)
        run.is_given_back = self._is_stopping  # told to stop while it was being taken
        task = asyncio.create_task(self._outcome(job, run), name=f"job {taken.job_id}")
        self._running[task] = run
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._wake.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("job not left", kind=type(fault).__name__, where=_places(fault))

    async def _outcome(self, job: Job, run: Run) -> None:
        """Run a job, and leave it in the state that this comes to."""
        try:
            leaving, status = await self._attempt(job, run)
            run.is_leaving = True
            await _insisting(partial(self._leave, run, leaving, status))
        except LeaseLostError:
            log.warning("lease lost", job_id=str(run.job_id))

    async def _attempt(self, job: Job, run: Run) -> tuple[Leaving, int]:
        if run.taken.attempts > job.tries:
            return Leaving(state=JobState.HELD, trouble=BreaksAgain.slug), BreaksAgain.status
        try:
            await self._submitters.refresh()
            await job.run(run)
        except LeaseLostError:
            raise
        except CancelledError:
            return Leaving(state=JobState.CANCELLED), 200
        except (GivenBackError, asyncio.CancelledError):
            if run.is_lost:
                raise LeaseLostError from None
            return Leaving(state=JobState.QUEUED, attempts_back=min(1, run.attempts)), 200
        except Exception as fault:  # noqa: BLE001 - the runner of jobs: whatever it is, it is told
            return _after(fault, job, run)
        return Leaving(state=JobState.SUCCEEDED, result=run.sealed_result()), 200

    async def _leave(self, run: Run, leaving: Leaving, status: int) -> None:
        """Write the state and its line, in one transaction."""
        actor = Actor(ActorKind.JOB, run.taken.submitter_id, session="worker")
        work = UnitOfWork(self._platform, run.line(actor, status))
        work.line.detail["job"] = {
            "state": leaving.state,
            "start": run.taken.starts,
            "trouble": leaving.trouble,
        }
        async with work.pinned() as connection, work.changing():
            await self._queue.leave(connection, run.taken, leaving)

    async def _beat(self) -> None:
        """Prolong the leases; a job whose lease is lost is broken off."""
        while True:
            await asyncio.sleep(self._queue.lease.total_seconds() / BEATS)
            running = dict(self._running)
            with suppress(NotNow):
                await self._prolong(running)

    async def _prolong(self, running: dict[asyncio.Task[None], Run]) -> None:
        if not running:
            return
        held = await self._queue.beat([run.taken for run in running.values()])
        for task, run in running.items():
            if run.job_id in held:
                run.is_cancelled = held[run.job_id]
            elif not task.done() and not run.is_leaving:
                run.is_lost = True
                task.cancel()

    async def _listen(self) -> None:
        """Have an ear for what is put into the queue; without one, looking has to do."""
        if self._ear is not None and not self._ear.is_closed():
            return
        with suppress(*UNREACHABLE, TimeoutError, asyncpg.PostgresError):
            self._ear = await asyncpg.connect(
                self._url, timeout=5, server_settings={"application_name": "cims jobs"}
            )
            await self._ear.add_listener(CHANNEL, self._hear)

    def _hear(self, *_what: Any) -> None:
        self._wake.set()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _drain(self) -> None:
        """Let the steps end; what takes longer is broken off, and nothing of it counts."""
        if self._running:
            await asyncio.wait([*self._running], timeout=DRAIN)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait([*self._running], timeout=DRAIN)


def _after(fault: Exception, job: Job, run: Run) -> tuple[Leaving, int]:
    """Decide what follows a fault: again later, failed by a rule, or held for somebody to look."""
    problem = fault if isinstance(fault, Problem) else Broken()
    if isinstance(fault, (*job.passing, NotNow)) and run.attempts < job.tries:
        trouble, after = problem.slug, _backoff(run.attempts)
        return Leaving(state=JobState.QUEUED, trouble=trouble, after=after), problem.status
    if problem.status < BROKEN:
        return Leaving(state=JobState.FAILED, trouble=problem.slug), problem.status
    log.error("job held", job_id=str(run.job_id), kind=type(fault).__name__, where=_places(fault))
    return Leaving(state=JobState.HELD, trouble=problem.slug), problem.status


def _backoff(attempts: int) -> timedelta:
    """Wait twice as long each time, not all at the same moment."""
    longest = min(2.0**attempts, LONGEST_PAUSE)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - jitter


def _places(fault: BaseException) -> list[str]:
    """Say where it broke, never the message: it may hold a value."""
    places = traceback.extract_tb(fault.__traceback__)[-3:]
    return [f"{Path(place.filename).name}:{place.lineno}" for place in places]


async def _insisting(deed: Callable[[], Awaitable[None]]) -> None:
    """Do it once the database is there again; a lease that is over by then ends the matter."""
    while True:
        try:
            await deed()
        except NotNow:
            await asyncio.sleep(LOOK)
        else:
            return
