"""What the matrix stands on: a service of its own, and a scene for each file."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.journeys.matrix.scene import Scene, a_scene
from tests.service import Service, running_service


@pytest.fixture(scope="session")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service whose roles and users no other test changes."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def scene(service: Service) -> Scene:
    """A person and an organisation with a value in every field, within every role's reach."""
    return await a_scene(service)
