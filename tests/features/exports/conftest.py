"""What tests of exports share: a service of their own, with the demo staff."""

from collections.abc import AsyncIterator

import pytest

from app.core import job_worker
from app.settings import Settings
from tests.conftest import NewDatabase
from tests.service import Service, running_service


@pytest.fixture(scope="module")
async def own(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of this module's own, where an export a minute is no matter."""
    urls = await new_database()
    many = settings.exports.model_copy(update={"most_a_day": 1000})
    free = settings.model_copy(update={"exports": many})
    async with running_service(free, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers look often."""
    monkeypatch.setattr(job_worker, "LOOK", 0.1)
