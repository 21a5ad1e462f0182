"""Freshness: a factor that was shown in the last minutes, or the act has to wait."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from app.core.access import NOBODY, ActorKind
from app.core.audit import Line
from app.core.clock import now
from app.core.freshness import FactorHolders, require_fresh_factor, require_step_up
from app.core.problems import FreshFactorNeeded
from app.core.work import Platform, UnitOfWork


def test_a_factor_shown_just_now_is_fresh() -> None:
    """Within five minutes nothing is asked."""
    require_fresh_factor(replace(NOBODY, factor_at=now() - timedelta(minutes=4, seconds=59)))


@pytest.mark.parametrize("minutes", [5, 6, 600])
def test_an_old_factor_is_not(minutes: int) -> None:
    """Later than that it has to be shown again; how late is a matter of the act."""
    actor = replace(NOBODY, factor_at=now() - timedelta(minutes=minutes, seconds=1))

    with pytest.raises(FreshFactorNeeded):
        require_fresh_factor(actor)
    require_fresh_factor(actor, minutes=minutes + 1)


def test_who_has_shown_none_has_none_that_is_fresh() -> None:
    """A sign-in by password alone is not enough."""
    with pytest.raises(FreshFactorNeeded):
        require_fresh_factor(NOBODY)


@dataclass
class Holders:
    """Says of everybody whether they have to show a factor, and counts how often it is asked."""

    has: bool
    asked: int = 0

    async def has_to_show(self, _work: UnitOfWork) -> bool:
        """Whether the actor has a factor, or must."""
        self.asked += 1
        return self.has


def a_work(holders: Holders, *, shown: bool) -> UnitOfWork:
    """Open a unit of work of somebody who has just shown a factor, or has not."""
    tools: dict[type, Any] = {FactorHolders: holders}
    nothing = cast("Any", None)
    actor = replace(NOBODY, kind=ActorKind.PERSON, factor_at=now() if shown else None)
    platform = Platform(nothing, nothing, nothing, nothing, tools)
    return UnitOfWork(platform, Line("request", actor=actor))


async def test_stepping_up_is_asked_of_those_who_can() -> None:
    """Whoever has no factor, and need not have one, goes on."""
    await require_step_up(a_work(Holders(has=False), shown=False))

    with pytest.raises(FreshFactorNeeded):
        await require_step_up(a_work(Holders(has=True), shown=False))


async def test_a_fresh_factor_spares_the_question() -> None:
    """Then nobody looks what factors there are."""
    holders = Holders(has=True)

    await require_step_up(a_work(holders, shown=True))

    assert holders.asked == 0
