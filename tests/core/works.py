"""Units of work for tests, of an actor with any scopes."""

from uuid import uuid4

from app.core.access import ActorKind, an_actor
from app.core.audit import Line
from app.core.work import Platform, UnitOfWork


def a_work(platform: Platform, *scopes: str) -> UnitOfWork:
    """Open a unit of work."""
    actor = an_actor(ActorKind.PERSON, uuid4(), scopes=scopes)
    return UnitOfWork(platform, Line(str(uuid4()), actor=actor, operation="tested", status=200))
