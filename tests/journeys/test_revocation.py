"""Revocation: what one process ends, another one refuses within a second."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.identity.signing_in import SignedIn, signed_in
from tests.features.staff.builders import PASSWORD, Colleague, a_colleague, change
from tests.service import Service, running_service

PATIENCE = 200
NEW = "three clouds above the old mill"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes' worth of the service, on one database."""

    one: Service
    other: Service

    async def seconds_until(self, status: int, signed: SignedIn) -> float:
        """Return after how many seconds the other process answers a token like that."""
        began = time.monotonic()
        for _ in range(PATIENCE):
            if await self.status(signed) == status:
                break
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def status(self, signed: SignedIn) -> int:
        """Show a token to the other process."""
        async with self.other.anonymous() as client:
            client.headers["Authorization"] = signed.client.headers["Authorization"]
            return (await client.get("/v1/me")).status_code


@pytest.fixture(scope="module")
async def pair(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Pair]:
    """The service twice."""
    urls = await new_database()
    async with (
        running_service(settings, urls.app, urls.owner) as one,
        running_service(settings, urls.app, urls.owner, one.users) as other,
    ):
        yield Pair(one, other)


@pytest.fixture
async def seller(pair: Pair) -> Colleague:
    """A sales user of this test's own."""
    return await a_colleague(pair.one.owner_url)


@pytest.mark.parametrize("way", ["logout", "remove", "administrator", "password", "suspend"])
async def test_ended_here_is_refused_there(pair: Pair, seller: Colleague, way: str) -> None:
    """However a session ends, every other process knows within a second."""
    one, asking = [await signed_in(pair.one, seller.username) for _ in range(2)]
    assert (
        await pair.seconds_until(200, one) < 1.0
    )  # the other one reads that there is somebody new

    await end(pair, seller, one, asking, way)

    assert await pair.seconds_until(401, one) < 1.0
    assert way == "suspend" or not await one.is_in()


async def end(pair: Pair, seller: Colleague, one: SignedIn, asking: SignedIn, way: str) -> None:
    """End a session in the first process."""
    path = f"sessions/{one.session_id}"
    if way == "logout":
        answer = await one.client.post("/v1/auth/logout")
    elif way == "remove":
        answer = await asking.client.delete(f"/v1/me/{path}")
    elif way == "administrator":
        administrator = await pair.one.as_("administrator")
        answer = await administrator.delete(f"/v1/users/{seller.user_id}/{path}")
    elif way == "password":
        words = {"current": PASSWORD, "new": NEW}
        answer = await asking.client.post("/v1/me/password", json=words)
    else:
        sql = "update users set status = 'suspended' where user_id = $1"
        await change(pair.one.owner_url, sql, seller.user_id)
        return
    assert answer.status_code == httpx.codes.NO_CONTENT


async def test_new_process_knows_what_ended_before(
    pair: Pair, settings: Settings, seller: Colleague
) -> None:
    """A process that starts later refuses tokens of sessions that ended before it was there."""
    one = await signed_in(pair.one, seller.username)
    await one.client.post("/v1/auth/logout")

    urls = (pair.one.app_url, pair.one.owner_url)
    async with running_service(settings, *urls, pair.one.users) as third:
        assert await Pair(pair.one, third).status(one) == httpx.codes.UNAUTHORIZED
