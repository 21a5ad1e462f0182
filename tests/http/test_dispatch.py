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
        ("PUT", "/v1/customers", "GET, HEAD, POST"),
        ("HEAD", "/v1/auth/token", "POST"),
        ("GET", "/v1/auth/token", "POST"),
        ("TRACE", "/v1/customers", "GET, HEAD, POST"),
    ],
)
async def test_a_wrong_method_is_a_problem(
    service: Service, method: str, path: str, allow: str
) -> None:
    """The answer names the methods that the address takes."""
    async with service.anonymous() as client:
        answer = await client.request(method, path)

    assert answer.status_code == 405
    assert method == "HEAD" or answer.json()["type"] == "/problems/method-not-allowed"
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


@pytest.mark.parametrize(
    "path",
    [
        "/v1/me",
        "/v1/customers?limit=2",
        "/v1/customers?nonsense=1",
        "/v1/audit-events",
        "/health/live",
    ],
)
async def test_head_is_get_without_a_body(service: Service, path: str) -> None:
    """The same status and headers, the same operation on its line, and no byte of the body."""
    client = await service.as_("sales")

    whole, bare = await client.get(path), await client.head(path)

    assert (bare.status_code, bare.content) == (whole.status_code, b"")
    assert whole.content
    for name in ("content-type", "content-length", "etag"):
        assert len(bare.headers.get(name, "")) == len(whole.headers.get(name, ""))
    lines = [await service.lines_of(answer) for answer in (whole, bare)]
    told = [[(one["operation"], one["status"], one["shown"]) for one in line] for line in lines]
    assert told[0] == told[1]


async def test_head_needs_what_get_needs(service: Service) -> None:
    """Without a token it is 401, with its line."""
    async with service.anonymous() as client:
        answer = await client.head("/v1/customers")

    (line,) = await service.lines_of(answer)
    assert (answer.status_code, answer.content) == (401, b"")
    assert (line["operation"], line["status"]) == ("list_customers", 401)
