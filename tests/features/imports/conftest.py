"""What tests of imports share: a service of their own, with the demo staff."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.jobs.scene import running as working
from tests.service import Service, running_service


@pytest.fixture(scope="module")
async def own(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of this module's own, where many files a day are no matter."""
    urls = await new_database()
    many = settings.imports.model_copy(update={"most_a_day": 1000, "most_megabytes": 3})
    free = settings.model_copy(update={"imports": many})
    async with running_service(free, urls.app, urls.owner) as running, working(free, running):
        yield running
