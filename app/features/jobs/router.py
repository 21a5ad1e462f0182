"""Routes of jobs."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown, Streamed
from app.features.jobs.problems import JobEnded, JobNotRestartable
from app.features.jobs.schemas import JobView
from app.features.jobs.service import JobService
from app.http.documents import PARAMETERS, ListOf
from app.http.events import SECONDS, TooManyStreams
from app.http.routes import LastEventId, Query, Work, feature_router

router = feature_router("jobs")


def _narrowing(name: str, description: str, **schema: object) -> dict[str, object]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


@router.get(
    permission=Permission.SIGNED_IN,
    response_model=ListOf[JobView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={
        "parameters": [
            PARAMETERS["limit"],
            PARAMETERS["cursor"],
            _narrowing("state", "In this state.", examples=["held"]),
            _narrowing("kind", "Of this kind."),
            _narrowing("submitter_id", "Submitted by this user.", format="uuid"),
        ]
    },
)
async def list_jobs(asked: Query, work: Work) -> Listed:
    """List your jobs, newest first; with the scope `jobs:read-all` those of all.

    What another's job was given and what came of it is withheld.
    """
    return await JobService(work).page(asked)


@router.get(
    "/{job_id}",
    permission=Permission.SIGNED_IN,
    response_model=JobView,
    problems=(NotFound,),
)
async def get_job(job_id: UUID, work: Work) -> Shown:
    """Show a job: its state, how far it is, what came of it, and what hinders it."""
    return await JobService(work).get(job_id)


@router.post(
    "/{job_id}/cancel",
    permission=Permission.SIGNED_IN,
    response_model=JobView,
    problems=(NotFound, JobEnded),
)
async def cancel_job(job_id: UUID, work: Work) -> Shown:
    """Cancel a job: at once when it waits, before its next step when it runs.

    What its steps have done so far stays. For its submitter, and with the scope `jobs:manage`.
    """
    return await JobService(work).cancel(job_id)


@router.post(
    "/{job_id}/restart",
    permission=Permission.SIGNED_IN,
    response_model=JobView,
    problems=(NotFound, JobNotRestartable),
)
async def restart_job(job_id: UUID, work: Work) -> Shown:
    """Begin a failed or held job anew, after its last whole step.

    It runs with its submitter's rights as they are then, whoever restarts it. For its submitter,
    and with the scope `jobs:manage`.
    """
    return await JobService(work).restart(job_id)


@router.get(
    "/{job_id}/events",
    permission=Permission.SIGNED_IN,
    response_model=JobView,
    problems=(NotFound, TooManyStreams),
    seconds=SECONDS,
    extra={"parameters": [PARAMETERS["last_event_id"]]},
)
async def list_job_events(job_id: UUID, seen: LastEventId, work: Work) -> Streamed:
    """Follow a job as server-sent events: each new state as the job itself would be shown.

    The stream ends with the job, with your session or rights, or after five minutes: an EventSource
    then connects again by itself, and `Last-Event-ID` spares it what it has seen.
    """
    return await JobService(work).follow(job_id, seen)
