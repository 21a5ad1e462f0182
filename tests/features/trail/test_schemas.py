"""What can be asked of the audit, read and refused."""

from uuid import UUID

import pytest

from app.core.paging import Asked
from app.core.problems import FieldNotAvailable, Malformed
from app.features.trail.schemas import EVENT_FILTERS, Outcome, outcome_of, read_filters

SOMEBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.ALLOWED),
        (304, Outcome.ALLOWED),
        (399, Outcome.ALLOWED),
        (400, Outcome.REFUSED),
        (499, Outcome.REFUSED),
        (500, Outcome.FAILED),
        (503, Outcome.FAILED),
    ],
)
def test_an_outcome_follows_from_the_status(status: int, outcome: Outcome) -> None:
    """What is the caller's fault was refused, what is ours failed."""
    assert outcome_of(status) is outcome


def test_filters_are_read_to_values() -> None:
    """Paging is left to the page; a filter without a value asks for nothing."""
    asked = Asked((("actor_id", SOMEBODY), ("status", "404"), ("operation", ""), ("limit", "7")))

    assert read_filters(asked, EVENT_FILTERS) == {"actor_id": UUID(SOMEBODY), "status": 404}


def test_unknown_filters_are_refused_by_name() -> None:
    """All of them at once."""
    with pytest.raises(FieldNotAvailable) as refused:
        read_filters(Asked((("who", "x"), ("status", "404"), ("why", "y"))), EVENT_FILTERS)

    assert refused.value.members["names"] == ["who", "why"]


def test_a_value_that_will_not_do_is_pointed_at() -> None:
    """The problem names the filter and the reason, never the value."""
    with pytest.raises(Malformed) as refused:
        read_filters(Asked((("status", "600"),)), EVENT_FILTERS)

    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code) == ("/status", "number-out-of-range")
