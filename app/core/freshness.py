"""Freshness: some acts ask for a second factor that was shown a moment ago, not at sign-in."""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from app.core.access import Actor, ActorKind
from app.core.clock import now
from app.core.problems import FreshFactorNeeded
from app.core.work import UnitOfWork


class StepUp(StrEnum):
    """When an operation asks for a fresh factor: always, or depending on what is sent."""

    ALWAYS = "always"
    AT_TIMES = "at-times"


class FactorHolders(Protocol):
    """Who can show a second factor, or has to; whoever keeps factors knows it."""

    async def has_to_show(self, work: UnitOfWork) -> bool:
        """Whether the actor is a person who has a factor, or whose roles demand one."""


def require_fresh_factor(actor: Actor, minutes: int = 5) -> None:
    """Raise FreshFactorNeeded unless the actor has shown a second factor in the last minutes."""
    if not is_fresh(actor, minutes):
        raise FreshFactorNeeded


async def require_step_up(work: UnitOfWork) -> None:
    """Raise FreshFactorNeeded for people who have a factor, or must, and have not just shown it."""
    if work.actor.kind is not ActorKind.PERSON or is_fresh(work.actor):
        return
    holders: FactorHolders = work.platform.tools[FactorHolders]
    if await holders.has_to_show(work):
        raise FreshFactorNeeded


def is_fresh(actor: Actor, minutes: int = 5) -> bool:
    """Whether the actor has shown a second factor in the last minutes."""
    shown = actor.factor_at
    return shown is not None and now() - shown <= timedelta(minutes=minutes)
