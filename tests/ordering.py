"""The order of the files: what takes long begins first, so that no worker idles at the end."""

from typing import Final

import pytest

# By the time they take alone; xdist would begin with the files of the most tests instead.
LONGEST_FIRST: Final = (
    "tests/journeys/test_two_worlds.py",
    "tests/journeys/test_run.py",
    "tests/journeys/test_fuzz.py",
    "tests/journeys/test_faults.py",
    "tests/journeys/matrix/test_filtering.py",
    "tests/journeys/test_role_matrix.py",
    "tests/journeys/test_signing_rotation.py",
    "tests/house/test_routes.py",
    "tests/journeys/matrix/test_searching.py",
    "tests/journeys/test_jobs.py",
    "tests/features/alerts/test_watching.py",
    "tests/http/test_wire.py",
    "tests/house/test_container.py",
)


def long_files_first(items: list[pytest.Item]) -> None:
    """Move the tests of files that take long to the front; the rest stays as it is."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.location[0], len(places)))
