"""What the tests of second factors share."""

from collections.abc import Awaitable, Callable

import pytest

from app.core.work import Platform
from app.features.factors.rules import FactorRules
from app.features.factors.sessions import OpenSessions
from tests.conftest import DatabaseUrls
from tests.features.factors.builders import RULES, NoSessions, Person, a_person
from tests.features.staff.builders import a_digest

NewPerson = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
async def digest() -> str:
    """A digest of PASSWORD, made once."""
    return await a_digest()


@pytest.fixture(scope="module")
def new_person(platform: Platform, database_urls: DatabaseUrls, digest: str) -> NewPerson:
    """Open further users on this module's database."""
    platform.tools[FactorRules] = RULES
    platform.tools[OpenSessions] = NoSessions()

    async def make(*roles: str) -> Person:
        return await a_person(platform, database_urls.owner, digest, roles or ("sales",))

    return make


@pytest.fixture
async def person(new_person: NewPerson) -> Person:
    """Somebody new, without factors."""
    return await new_person()
