"""Tests of the layers: what every answer carries, and no answer without its line."""

import asyncio

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs

from app.core.problems import NotFound
from app.core.work import Platform
from app.http.asgi import App, Message, Receive, Scope, Send, respond
from app.http.layers import Audited, PlatformHolder
from tests.conftest import DatabaseUrls
from tests.features.customers.builders import a_customer
from tests.service import Service

PATHS = [
    ("/v1/customers", 200),
    ("/v1/customers?limit=0", 422),
    ("/v1/customers/01890000-0000-7000-8000-000000000000", 404),
    ("/v1/customers/search", 405),
    ("/v1/nowhere", 404),
    ("/nowhere", 404),
    ("/health/live", 200),
    ("/health/nowhere", 404),
    ("/metrics", 403),
    ("/docs", 200),
    ("/openapi.json", 200),
    ("/problems/not-found", 200),
    ("/problems/nowhere", 404),
    ("/docs/assets/nowhere", 404),
    ("/", 404),
    ("//", 404),
    ("/v1", 404),
    ("/v1/", 404),
    ("/v1/customers/", 404),
    ("/health/live/", 404),
    ("/docs/", 404),
    ("/v1/customers/%00", 404),
    ("/v1/customers/%FF%FE", 404),
    ("/v1/customers/..%2F..%2Fetc", 404),
    ("/v1/customers/" + "x" * 2000, 413),
]


@pytest.mark.parametrize(("path", "status"), PATHS)
async def test_every_answer_carries_the_same_headers(
    service: Service, path: str, status: int
) -> None:
    """Request id, no-store and nosniff are there whatever the answer; no server names itself."""
    client = await service.as_("sales")

    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.headers["x-request-id"]) == 36
    assert "server" not in answer.headers
    assert int(answer.headers["ratelimit-remaining"]) >= 0
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


@pytest.mark.parametrize("given", ["abc-DEF_1.2", "01890000-0000-7000-8000-000000000000", "x" * 64])
async def test_a_well_formed_request_id_is_taken(service: Service, given: str) -> None:
    """The caller may name the request, so that one id runs through several systems."""
    client = await service.as_("sales")

    answer = await client.get("/v1/customers?limit=0", headers={"X-Request-Id": given})

    assert answer.headers["x-request-id"] == answer.json()["request_id"] == given
    assert (await service.lines_of(answer))[-1]["request_id"] == given


@pytest.mark.parametrize(
    "given",
    ["short", "x" * 65, "has space", "new\nline", "tab\tin-it", "<script>x", "ünïcödé-1", ""],
)
async def test_any_other_request_id_is_replaced(service: Service, given: str) -> None:
    """What could forge a line of a log is not taken over."""
    client = await service.as_("sales")
    headers = [(b"x-request-id", given.encode())]

    answer = await client.get("/v1/me", headers=headers)

    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 36


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PROPFIND"])
async def test_other_methods_are_refused_with_those_that_go(service: Service, method: str) -> None:
    """A known address names the methods that it takes, on a line of its own."""
    client = await service.as_("sales")

    answer = await client.request(method, "/v1/customers")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert (await service.lines_of(answer))[-1]["status"] == 405


async def test_a_record_names_its_methods(service: Service) -> None:
    """The Allow header of one record names what goes with that record."""
    made = await a_customer(service)
    client = await service.as_("sales")

    customer = await client.delete(f"/v1/customers/{made['customer_id']}")
    points = await client.put(f"/v1/customers/{made['customer_id']}/contact-points")
    page = await client.post("/docs")

    assert [one.status_code for one in (customer, points, page)] == [405, 405, 405]
    assert customer.headers["allow"] == "GET, HEAD, PATCH"
    assert points.headers["allow"] == "GET, HEAD, POST"
    assert page.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "bearer \xff",
        "Basic dXNlcjpwYXNz",
        "Digest x",
        "",
        "Bearer " + "x" * 5000,
    ],
)
async def test_a_token_that_will_not_do_is_one_answer(service: Service, value: str) -> None:
    """Whatever is wrong with the token, the answer is the same 401, with its line."""
    async with service.anonymous() as client:
        answer = await client.get("/v1/me", headers=[(b"authorization", value.encode("latin-1"))])
        none = await client.get("/v1/me")

    ids = {"request_id", "instance"}
    assert answer.status_code == none.status_code == 401
    assert "ratelimit-limit" in answer.headers
    assert answer.headers["www-authenticate"] == "Bearer"
    assert {k: v for k, v in answer.json().items() if k not in ids} == {
        k: v for k, v in none.json().items() if k not in ids
    }
    assert [line["status"] for line in await service.lines_of(answer)] == [401]


async def test_an_old_token_keeps_nobody_from_signing_in(service: Service) -> None:
    """The token endpoint takes no notice of the token that a browser still sends along."""
    async with service.anonymous() as client:
        client.headers["Authorization"] = "Bearer a.b.c"
        refused = await client.post("/v1/auth/token", data={"grant_type": "password"})

    assert refused.json()["type"] != "/problems/not-signed-in"


async def test_health_leaves_no_line(service: Service) -> None:
    """Liveness is on the short list of what is not audited; a refusal of a record is not."""
    async with service.anonymous() as client:
        live = await client.get("/health/live")
        refused = await client.get("/v1/customers")

    assert await service.lines_of(live) == []
    assert [line["status"] for line in await service.lines_of(refused)] == [401]


def _without_ids(answer: httpx.Response) -> dict[str, object]:
    return {k: v for k, v in answer.json().items() if k not in {"request_id", "instance"}}


async def test_what_is_not_there_is_one_answer(service: Service) -> None:
    """An unknown address, an unknown id and what is no id are told apart by nothing."""
    client = await service.as_("sales")

    nowhere = await client.get("/v1/nowhere")
    unknown = await client.get("/v1/customers/01890000-0000-7000-8000-000000000000")
    no_id = await client.get("/v1/customers/13800138000")

    assert _without_ids(nowhere) == _without_ids(unknown) == _without_ids(no_id)


def _around(platform: Platform, inside: App, seconds: float = 2.0) -> httpx.AsyncClient:
    """Put the outermost layer around an application."""
    holder = PlatformHolder()
    holder.platform = platform
    transport = httpx.ASGITransport(Audited(inside, holder, seconds))
    return httpx.AsyncClient(transport=transport, base_url="http://cims.example")


async def _lines(platform: Platform, answer: httpx.Response) -> list[int]:
    rows = await platform.database.fetch(
        "select status from audit_lines where request_id = $1", [answer.headers["x-request-id"]]
    )
    return [row["status"] for row in rows]


async def _fine(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await respond(send, 200, b"secret", [])


async def test_a_crash_is_a_problem_with_its_line(platform: Platform) -> None:
    """The log says where it happened, and nothing of what was at hand."""

    async def crash(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise RuntimeError("13800138000")

    async with _around(platform, crash) as client:
        with capture_logs() as logs:
            answer = await client.get("/v1/customers")

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/broken")
    assert await _lines(platform, answer) == [500]
    (entry,) = logs
    assert (entry["kind"], entry["request_id"]) == ("RuntimeError", answer.json()["request_id"])
    assert "test_layers.py" in str(entry["where"])
    assert "13800138000" not in str(logs) + answer.text


async def test_a_crash_after_the_start_takes_nothing_back(platform: Platform) -> None:
    """What has begun to go out is not followed by a second answer."""

    async def crash(scope: Scope, receive: Receive, send: Send) -> None:
        await _fine(scope, receive, send)
        raise RuntimeError

    async with _around(platform, crash) as client:
        answer = await client.get("/v1/customers")

    assert (answer.status_code, answer.content) == (200, b"secret")
    assert await _lines(platform, answer) == [200]


async def test_what_takes_too_long_is_told_so(platform: Platform) -> None:
    """A request that is not done by its deadline is ended, on its line."""

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(5)
        await _fine(scope, receive, send)

    async with _around(platform, wait, 0.1) as client:
        answer = await client.get("/v1/customers")

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-now")
    assert await _lines(platform, answer) == [503]


async def test_without_a_line_nothing_is_shown(
    platform: Platform, database_urls: DatabaseUrls
) -> None:
    """While the audit cannot be written, the answer is held back and refused in time."""
    root = await asyncpg.connect(database_urls.superuser)
    async with _around(platform, _fine) as client:
        async with root.transaction():
            await root.execute("lock table audit_lines in exclusive mode")
            async with asyncio.timeout(2.5):
                answer = await client.get("/v1/customers")
            unaudited = await client.get("/docs")
        recovered = await client.get("/v1/customers")
    await root.close()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert b"secret" not in answer.content
    assert answer.headers["cache-control"] == "no-store"
    assert (unaudited.status_code, recovered.status_code) == (200, 200)


async def test_a_refusal_that_is_not_fetched_is_not_sent_twice(platform: Platform) -> None:
    """A client that takes no bytes gets no second start."""
    sent: list[str] = []

    async def slow(message: Message) -> None:
        sent.append(message["type"])
        await asyncio.sleep(1)

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise NotFound

    holder = PlatformHolder()
    holder.platform = platform
    scope = {"type": "http", "path": "/v1/x", "headers": [], "method": "GET"}
    await Audited(refuse, holder, 0.2)(scope, nothing, slow)

    assert sent == ["http.response.start"]
