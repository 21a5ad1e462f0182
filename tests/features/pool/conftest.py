"""A service with a pool in Shanghai, and people who sell there."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.pool.floor import Floor, a_floor
from tests.service import running_service


@pytest.fixture(scope="module")
async def floor(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Floor]:
    """A sales floor of its own: the other tests know of no pool."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as service:
        yield await a_floor(service)
