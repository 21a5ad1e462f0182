"""What tests stand on: a PostgreSQL of their own, migrated databases, the service as it ships."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from app.commands.schema import bring_up
from app.core import keys
from app.core.database import Database, Waits
from app.core.ledger import Ledger
from app.core.sealing import Sealing
from app.core.work import Platform
from app.postgres import binaries
from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.settings import FactorSettings, LimitSettings, QuotaSettings, Settings
from tests.ordering import long_files_first
from tests.service import Service, running_service

# Durability is tested where it matters, with the shipped settings (tests/journeys).
QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}

# Thousands of collected tests stay to the end: looking at them again and again took a third of
# the time that collecting takes, and more than a tenth of what the tests take.
OBJECTS_BETWEEN_COLLECTIONS = 10_000
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    long_files_first(items)


def pytest_collection_finish() -> None:
    """Let the collector of cycles leave alone what was collected, and look at the rest."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
    gc.enable()


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The addresses of one migrated database, by role."""

    owner: str
    app: str
    auditor: str
    superuser: str


NewDatabase = Callable[[], Awaitable[DatabaseUrls]]


@pytest.fixture(scope="session")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """A PostgreSQL of this test process, its database `cims` migrated as a template."""
    cluster = Cluster(tmp_path_factory.mktemp("postgres"), binaries.find(), settings=QUICK)
    addresses = await cluster.start()
    await bring_up(addresses.owner)
    yield cluster
    await cluster.stop()


@pytest.fixture(scope="session")
async def new_database(cluster: Cluster) -> NewDatabase:
    """Make a further migrated database, empty but for the shipped roles."""
    numbers = count(1)

    async def make() -> DatabaseUrls:
        name = f"test_{next(numbers)}"
        await cluster.create_database(name, template="cims")
        roles = (Role.OWNER, Role.APP, Role.AUDITOR, Role.SUPERUSER)
        return DatabaseUrls(*(cluster.addresses.dsn(role, name) for role in roles))

    return make


@pytest.fixture(scope="module")
async def database_urls(new_database: NewDatabase) -> DatabaseUrls:
    """A migrated database of this module's own."""
    return await new_database()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with keys."""
    home = tmp_path_factory.mktemp("home")
    keys.create_missing(home / "keys")
    return home


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """The shipped settings, with a home of their own.

    No role demands a second factor, but where a test is about it. The demo users of a test process
    read in a minute what people may read in a day, guess as often from one address, and wait for an
    answer as nobody would: how busy the machine is is not what is tested.
    """
    ample = QuotaSettings(records_per_day=10**9, lookups_per_day=10**9, reveals_per_day=10**9)
    free = FactorSettings(compulsory_for=[])
    patient = LimitSettings(request_seconds=30, unknown_per_minute=10**6)
    return Settings(home=home, factors=free, quotas=ample, limits=patient)


@asynccontextmanager
async def open_test_platform(url: str, settings: Settings) -> AsyncIterator[Platform]:
    """Connect what a process has once, without HTTP."""
    ring = keys.load(settings.keys_folder)
    database = await Database.connect(url, size=4, waits=Waits())
    ledger = Ledger(url, Waits())
    await ledger.start()
    sealing = Sealing(ring.wrapping, ring.index)
    try:
        yield Platform(database, ledger, sealing, ring.mac_key)
    finally:
        await ledger.close()
        await database.close()


@pytest.fixture(scope="module")
async def platform(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Platform]:
    """The platform on this module's database."""
    async with open_test_platform(database_urls.app, settings) as opened:
        yield opened


@pytest.fixture(scope="session")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """The service on a database that all tests of this process share, with demo staff."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="session")
async def staffed_service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A second service, for tests that change users, roles or departments."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running
