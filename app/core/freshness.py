"""Freshness: some acts ask for a second factor that was shown a moment ago, not at sign-in."""

from datetime import timedelta

from app.core.access import Actor
from app.core.clock import now
from app.core.problems import FreshFactorNeeded


def require_fresh_factor(actor: Actor, minutes: int = 5) -> None:
    """Raise FreshFactorNeeded unless the actor has shown a second factor in the last minutes."""
    shown = actor.factor_at
    if shown is None or now() - shown > timedelta(minutes=minutes):
        raise FreshFactorNeeded
