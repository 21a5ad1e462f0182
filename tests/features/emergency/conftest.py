"""A service of its own: emergencies change what people see, and are few in a day."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.emergency.desk import Desk, a_desk
from tests.service import Service, running_service


@pytest.fixture(scope="module")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """The service with the shipped settings, for this module alone."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


@pytest.fixture
async def desk(service: Service) -> Desk:
    """An officer of the south who has opened nothing yet, and who reviews what she opens."""
    return await a_desk(service)
