"""Holding: who can be asked for a second factor, and who has to have one."""

from app.core.access import ActorKind
from app.core.work import UnitOfWork
from app.features.factors.repository import FactorRepository, confirmed
from app.features.factors.rules import FactorRules


class HeldFactors:
    """Says whether an act may ask the actor for a second factor."""

    def __init__(self, rules: FactorRules) -> None:
        self._rules = rules

    async def has_to_show(self, work: UnitOfWork) -> bool:
        """Whether the actor is a person who has a factor, or whose roles demand one."""
        actor = work.actor
        if actor.kind is not ActorKind.PERSON or actor.actor_id is None:
            return False
        if self._rules.demand(actor.roles, actor.scopes):
            return True
        return bool(confirmed(await FactorRepository(work).of(actor.actor_id)))
