"""Reach over whole departments, for what is about departments and not about single customers."""

from uuid import UUID

from app.core.access import Actor
from app.core.grants import Reach
from app.core.permissions import Permission


def departments_for(actor: Actor, act: Permission) -> set[UUID] | None:
    """Return the departments all of whose customers an act may be done to; None for all.

    Who reaches their own customers alone, or those of a tier, reaches no department.
    """
    found: set[UUID] = set()
    own = [actor.department_id] if actor.department_id else []
    for where in actor.policy.allowed(act):
        if where.when or where.pooled is False:
            continue
        if where.reach is Reach.ALL:
            return None
        if where.reach is Reach.BELOW:
            found |= {*actor.below}
        elif where.reach is Reach.DEPARTMENT:
            found |= {*own, *actor.further}
    return found
