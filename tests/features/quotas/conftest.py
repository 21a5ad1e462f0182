"""What the tests of quotas share: a service with small limits, some customers, and readers."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.quotas.builders import SMALL, customers_of
from tests.features.staff.builders import a_digest
from tests.service import Service, running_service


@pytest.fixture(scope="session")
async def digest() -> str:
    """A digest of the tests' password, made once."""
    return await a_digest()


@pytest.fixture(scope="module")
def strict(settings: Settings) -> Settings:
    """The settings with small quotas."""
    return settings.model_copy(update={"quotas": SMALL})


@pytest.fixture(scope="module")
async def counting(new_database: NewDatabase, strict: Settings) -> AsyncIterator[Service]:
    """A service in which quotas are small."""
    urls = await new_database()
    async with running_service(strict, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def customers(counting: Service) -> list[str]:
    """Twelve customers."""
    return await customers_of(counting, 12)
