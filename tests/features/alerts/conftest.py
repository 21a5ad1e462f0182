"""A service of the alerts' own: what others read must not raise alerts here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.core import keys
from app.core.verification import Proof
from app.core.work import Platform
from app.features.alerts.service import VerifyEvery
from app.features.identity.ended import EndedSessions
from app.features.staff.directory import StaffDirectory
from app.settings import Settings
from app.tools import tokens_of
from tests.conftest import NewDatabase, open_test_platform
from tests.features.alerts.scene import HOUR, Scene
from tests.service import running_service


@asynccontextmanager
async def watching(url: str, settings: Settings) -> AsyncIterator[Platform]:
    """Connect a process that watches."""
    ring = keys.load(settings.keys_folder)
    async with open_test_platform(url, settings) as platform:
        database = platform.database
        directory = StaffDirectory(database, tokens_of(settings, ring), EndedSessions(database))
        await directory.refresh()
        platform.tools[StaffDirectory] = directory
        platform.tools[VerifyEvery] = VerifyEvery(24 * HOUR)
        platform.tools[Proof] = Proof(ring.audit, [ring.heads.public_key()], None)
        yield platform


@pytest.fixture(scope="module")
async def scene(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Scene]:
    """A service of this module's own, and a watcher on its database."""
    urls = await new_database()
    async with (
        running_service(settings, urls.app, urls.owner) as service,
        watching(urls.app, settings) as platform,
    ):
        yield Scene(service, platform)
