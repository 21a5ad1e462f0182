"""Dispatch: every address is a route, a page, or a problem."""

import pytest

from tests.service import Service

NOWHERE = ["/", "/nothing", "/v1", "/v1/nothing", "/docs/", "/redoc", "/v1/customers/x/y/z"]


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/problems", "/problems/stale"])
async def test_pages_are_shown_without_signing_in(service: Service, path: str) -> None:
    """They carry no data."""
    async with service.anonymous() as client:
        answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", NOWHERE)
async def test_an_unknown_address_is_a_problem(service: Service, path: str) -> None:
    """It is refused in the one form, whatever it begins with."""
    async with service.anonymous() as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/docs", "GET, HEAD"),
        ("DELETE", "/problems/stale", "GET, HEAD"),
        ("PUT", "/v1/customers", "GET, POST"),
        ("GET", "/v1/auth/token", "POST"),
        ("TRACE", "/v1/customers", "GET, POST"),
    ],
)
async def test_a_wrong_method_is_a_problem(
    service: Service, method: str, path: str, allow: str
) -> None:
    """The answer names the methods that the address takes."""
    async with service.anonymous() as client:
        answer = await client.request(method, path)

    assert answer.status_code == 405
    assert answer.json()["type"] == "/problems/method-not-allowed"
    assert answer.headers["allow"] == allow


async def test_a_word_in_an_address_goes_before_a_parameter(service: Service) -> None:
    """`search` is no customer's id, and an id is handed on to its route."""
    client = await service.as_("sales")

    found = await client.post("/v1/customers/search", json={"q": "zhang"})
    missing = await client.get("/v1/customers/01900000-0000-7000-8000-000000000001")

    assert found.status_code == 200
    assert missing.status_code == 404
    assert [line["operation"] for line in await service.lines_of(missing)] == ["get_customer"]


async def test_a_long_address_is_too_large(service: Service) -> None:
    """Beyond its limit, an address is not even looked at."""
    async with service.anonymous() as client:
        answer = await client.get(f"/v1/{'x' * 1100}")

    assert answer.status_code == 413
