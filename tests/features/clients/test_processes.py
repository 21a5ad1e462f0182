"""Other systems across processes: what one process decides, another one obeys in a second."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.clients.builders import HOME, a_system
from tests.service import Service, running_service

PATIENCE = 200


@pytest.fixture(scope="module")
async def pair(new_database: NewDatabase, settings: Settings) -> AsyncIterator[list[Service]]:
    """The service twice, on one database."""
    urls = await new_database()
    async with (
        running_service(settings, urls.app, urls.owner) as one,
        running_service(settings, urls.app, urls.owner, one.users) as other,
    ):
        yield [one, other]


async def seconds_until(client: httpx.AsyncClient, status: int) -> float:
    """Return after how many seconds a token is answered like that."""
    began = time.monotonic()
    for _ in range(PATIENCE):
        if (await client.get("/v1/me")).status_code == status:
            break
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.parametrize("way", ["disable", "end", "end-secret", "networks"])
async def test_out_here_is_out_there(pair: list[Service], way: str) -> None:
    """Disabled, ended, robbed of its secret or of its network: within a second everywhere."""
    shop = await a_system(pair[0])
    there = pair[1].anonymous(HOME)
    there.headers["Authorization"] = f"Bearer {await shop.token()}"
    assert await seconds_until(there, 200) < 1.0

    if way == "networks":
        answer = await shop.change(networks=["198.51.100.0/24"])
    elif way == "end-secret":
        secret_id = (await shop.shown())["secrets"][0]["secret_id"]
        answer = await shop.act("end-secret", secret_id=secret_id)
    else:
        answer = await shop.act(way)

    assert answer.status_code == 200
    assert await seconds_until(there, 401) < 1.0
