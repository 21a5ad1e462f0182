"""Freshness: a factor that was shown in the last minutes, or the act has to wait."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.access import NOBODY
from app.core.clock import now
from app.core.freshness import require_fresh_factor
from app.core.problems import FreshFactorNeeded


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
