"""What the matrix stands on: a service that is not in a hurry, and a scene for each file."""

from collections.abc import AsyncIterator

import pytest

from app.settings import LimitSettings, Settings
from tests.conftest import NewDatabase
from tests.journeys.matrix.scene import Scene, a_scene
from tests.service import Service, running_service


@pytest.fixture(scope="session")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """The service with time enough for thousands of requests on a machine under load."""
    urls = await new_database()
    patient = settings.model_copy(update={"limits": LimitSettings(request_seconds=30)})
    async with running_service(patient, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def scene(service: Service) -> Scene:
    """A person and an organisation with a value in every field, within every role's reach."""
    return await a_scene(service)
