"""What tests of jobs share: a service of their own, and workers that know their jobs."""

from collections.abc import AsyncIterator

import pytest

import app.worker
from app.core import job_worker
from app.core.work import Platform
from app.settings import Settings
from tests.conftest import NewDatabase, open_test_platform
from tests.core.job_scene import Table
from tests.features.jobs.scene import COUNTING, FAILING, REACHING, SIGN
from tests.service import Service, running_service


@pytest.fixture(scope="module")
async def own(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of this module's own."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def platform_of_own(own: Service, settings: Settings) -> AsyncIterator[Platform]:
    """A platform on the database of the service."""
    async with open_test_platform(own.app_url, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def table(own: Service) -> Table:
    """The jobs of the service."""
    return Table(own.owner_url)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers look often, and know the jobs of these tests, which wait for their sign."""
    SIGN.clear()
    monkeypatch.setattr(job_worker, "LOOK", 0.1)
    monkeypatch.setattr(app.worker, "all_jobs", lambda: [COUNTING, FAILING, REACHING])
