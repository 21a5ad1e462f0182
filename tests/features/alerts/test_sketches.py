"""Tests of sketches: few are counted exactly, many nearly, nobody twice."""

import random
from uuid import UUID

import pytest

from app.core.clock import new_id
from app.features.alerts.sketches import joined, noted, number_of

CHANCE = random.Random(4711)


def some(number: int) -> list[UUID]:
    """Draw ids that are the same in every run."""
    return [UUID(int=CHANCE.getrandbits(128)) for _ in range(number)]


@pytest.mark.parametrize("number", [0, 1, 20, 127])
def test_few_are_counted_exactly(number: int) -> None:
    """Also of ids that were drawn in the same millisecond."""
    assert number_of(noted(None, [new_id() for _ in range(number)])) == number


@pytest.mark.parametrize("number", [128, 500, 3000, 60_000])
def test_many_are_counted_nearly(number: int) -> None:
    """Within ten in a hundred, in a kilobyte."""
    sketch = noted(None, some(number))

    assert len(sketch) == 1024
    assert abs(number_of(sketch) - number) < number / 10


@pytest.mark.parametrize("number", [50, 1000])
def test_again_is_not_more(number: int) -> None:
    """The same customers once more change nothing."""
    customers = some(number)
    sketch = noted(None, customers)

    assert noted(sketch, customers) == sketch
    assert joined([sketch, sketch]) == sketch


@pytest.mark.parametrize(("one", "other"), [(40, 40), (100, 100), (100, 900), (900, 100)])
def test_joined_is_all_of_them(one: int, other: int) -> None:
    """Joining gives what noting them together gives."""
    first, second = some(one), some(other)

    assert joined([noted(None, first), noted(None, second)]) == noted(None, [*first, *second])
