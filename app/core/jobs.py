"""Jobs: units of work of the command line and of schedules, with a principal and a line as any."""

from typing import Final
from uuid import UUID

from app.core.access import Actor, ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.permissions import Permission
from app.core.work import Platform, UnitOfWork

# The principal of what an operator does at the terminal, where no account is named.
OPERATOR: Final = UUID("00000000-0000-7000-8000-000000000001")


def job_work(platform: Platform, operation: str, *scopes: str) -> UnitOfWork:
    """Open a unit of work for a job; its line names the operation."""
    line = Line(str(new_id()), actor=operator(*scopes), operation=operation, status=200)
    return UnitOfWork(platform, line)


def operator(*scopes: str) -> Actor:
    """Return the system principal with these scopes."""
    return an_actor(
        ActorKind.JOB,
        OPERATOR,
        username="operator",
        roles=("job",),
        scopes=(*scopes, Permission.SIGNED_IN),
    )
