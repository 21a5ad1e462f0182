"""What the loading tests stand on: a department, and rows to read what was written."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.access import Actor
from app.core.audit import Line
from app.core.clock import new_id, now
from app.core.work import Platform, UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.service import KnownService, OpeningService
from app.features.exchange.loading import Loader, Order, Tally, operator
from app.features.exchange.refusals import refused_rows
from app.features.exchange.sheets import Sheet
from tests.conftest import DatabaseUrls

Load = Callable[..., Awaitable[Tally]]
Stored = Callable[[str], Awaitable[dict[str, Any]]]


@pytest.fixture(scope="module")
async def owner(database_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees all tables."""
    connection = await asyncpg.connect(database_urls.owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def department(owner: asyncpg.Connection) -> UUID:
    """A department to put customers into."""
    made = new_id()
    await owner.execute(
        "insert into departments values ($1, $2, $2, null, $3)", made, "东区", now()
    )
    return made


@pytest.fixture
def actor(department: UUID) -> Actor:
    """The operator, loading into the department."""
    return replace(operator(), department_id=department)


@pytest.fixture
def load(platform: Platform, actor: Actor, tmp_path: Path) -> Load:
    """Load a table; refused rows go to `refused.csv` in the test's own folder."""

    async def run(sheet: Sheet, **order: Any) -> Tally:
        with refused_rows(tmp_path / "refused.csv") as refused:
            made = Order(**{"actor": actor, **order})
            return await Loader(platform, made, sheet, refused, lambda _tally: None).load()

    return run


@pytest.fixture
def stored(platform: Platform, actor: Actor) -> Stored:
    """Return the stored values of the customer that a number was given to."""

    async def find(number: str, system: str = "load") -> dict[str, Any]:
        work = UnitOfWork(platform, Line("test", actor=actor))
        (one,) = await OpeningService(work).owners([{"system": system, "value": number}])
        assert one is not None
        names = frozenset(Customer.fields)
        found = await KnownService(work).known.opened(Customer, [one], names)
        return dict(found[one].stored)

    return find
