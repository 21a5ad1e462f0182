"""A service of its own: rules that refuse would stand in the way of other tests."""

from collections.abc import AsyncIterator

import pytest

from app.core import standards
from app.settings import Settings
from tests.conftest import NewDatabase, open_test_platform
from tests.features.quality.office import Office, an_office
from tests.service import running_service


@pytest.fixture(scope="package")
async def office(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Office]:
    """The data office: those who set standards, and the worker that measures."""
    urls = await new_database()
    patch = pytest.MonkeyPatch()
    patch.setattr(standards, "FRESH", 0.0)  # rules are in force at once, not within a second
    async with (
        running_service(settings, urls.app, urls.owner) as service,
        open_test_platform(urls.app, settings) as platform,
    ):
        yield await an_office(service, platform)
    patch.undo()
