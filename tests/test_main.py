"""Tests of CORS: configured origins may call from a browser, no other."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.service import Service, running_service

OURS, THEIRS = "https://app.example.com", "https://evil.example.org"


@pytest.fixture(scope="module")
async def shared(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service that one origin may call."""
    urls = await new_database()
    configured = settings.model_copy(update={"cors_origins": [OURS]})
    async with running_service(configured, urls.app, urls.owner) as running:
        yield running


def _preflight(origin: str, method: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,if-match,idempotency-key,x-purpose",
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_a_browser_of_ours_may_ask(shared: Service, method: str) -> None:
    """A preflight allows the methods and headers that the service knows, and leaves no line."""
    async with shared.anonymous() as client:
        answer = await client.options("/v1/customers", headers=_preflight(OURS, method))

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == OURS
    assert method in answer.headers["access-control-allow-methods"]
    assert "idempotency-key" in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize(("origin", "method"), [(THEIRS, "GET"), (OURS, "PUT"), ("null", "GET")])
async def test_no_other_browser_may_ask(shared: Service, origin: str, method: str) -> None:
    """Another origin, or a method that there is not, is not allowed."""
    async with shared.anonymous() as client:
        answer = await client.options("/v1/customers", headers=_preflight(origin, method))

    assert answer.status_code == 400
    assert answer.headers.get("access-control-allow-origin") != origin or origin == OURS


async def test_an_answer_names_the_origin_it_is_for(shared: Service) -> None:
    """Refusals too, with the headers that a client needs to read."""
    client = await shared.as_("sales")

    ours = await client.get("/v1/customers?limit=1", headers={"Origin": OURS})
    refused = await client.get("/v1/customers?limit=0", headers={"Origin": OURS})
    theirs = await client.get("/v1/customers?limit=1", headers={"Origin": THEIRS})

    for answer in (ours, refused):
        assert answer.headers["access-control-allow-origin"] == OURS
        assert "Origin" in answer.headers["vary"]
        for name in ("ETag", "Location", "X-Request-Id", "Retry-After"):
            assert name in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in theirs.headers
    assert "access-control-allow-credentials" not in ours.headers


async def test_without_a_setting_no_browser_may_ask(service: Service) -> None:
    """As shipped there is no origin, so a preflight is a method that there is not."""
    async with service.anonymous() as client:
        answer = await client.options("/v1/customers", headers=_preflight(OURS, "GET"))
        plain = await client.get("/health/live", headers={"Origin": OURS})

    assert answer.status_code == 405
    assert "access-control-allow-origin" not in plain.headers
