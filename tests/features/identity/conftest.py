"""What the tests of signing in share."""

import pytest

from tests.features.staff.builders import a_digest


@pytest.fixture(scope="session")
async def digest() -> str:
    """A digest of the tests' password, made once."""
    return await a_digest()
