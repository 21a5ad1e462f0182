"""What row conditions are tried on: a service, and customers that differ in what they turn on."""

from collections.abc import AsyncIterator

import pytest

from app.settings import EmergencySettings, Settings
from tests.conftest import NewDatabase
from tests.journeys.rows.scene import Scene, a_scene
from tests.service import running_service


@pytest.fixture(scope="module")
async def scene(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Scene]:
    """Customers of several departments, owners and tiers, and clerks with conditional grants."""
    urls = await new_database()
    many = EmergencySettings(most_a_day=100)
    open_often = settings.model_copy(update={"emergency": many})
    async with running_service(open_often, urls.app, urls.owner) as service:
        yield await a_scene(service)
