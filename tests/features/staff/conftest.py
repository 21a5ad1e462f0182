"""What the tests of the staff share."""

import pytest

from tests.features.staff.builders import a_digest


@pytest.fixture(scope="session")
async def digest() -> str:
    """A digest of PASSWORD, made once."""
    return await a_digest()
