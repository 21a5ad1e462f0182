"""Two processes on one database: quotas are shared within a second, and survive both."""

import asyncio

import httpx

from app.settings import Settings
from tests.colleagues import a_client
from tests.conftest import NewDatabase
from tests.features.quotas.builders import customers_of, read, used
from tests.service import Service, running_service

SECOND = 1.0


def elsewhere(there: Service, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of the other process that bears the same token."""
    other = there.anonymous()
    other.headers["Authorization"] = client.headers["Authorization"]
    return other


async def test_a_quota_is_one_for_all_processes(
    new_database: NewDatabase, strict: Settings
) -> None:
    """What was read here counts there a second later, and after both have started anew."""
    urls = await new_database()
    async with (
        running_service(strict, urls.app, urls.owner) as here,
        running_service(strict, urls.app, urls.owner, here.users) as there,
    ):
        await customers_of(here, 10)
        client = await a_client(here, "service")
        other = elsewhere(there, client)
        await read(client, 7)
        await asyncio.sleep(SECOND + 0.2)

        beyond, fitting = await read(other, 4), await read(other, 2)

        assert (beyond.status_code, fitting.status_code) == (429, 200)
        await asyncio.sleep(SECOND + 0.2)
        assert await used(client) == 9
        last = await read(client, 1)  # told on the way down
        assert last.status_code == 200

    async with running_service(strict, urls.app, urls.owner, here.users) as again:
        client = elsewhere(again, client)
        assert (await read(client, 1)).status_code == 429
        assert await used(client) == 10
