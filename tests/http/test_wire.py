"""Tests on real sockets: malformed, endless, slow and broken requests, and a stop in between."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import ClassVar

import asyncpg
import httpx
import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from app.http.asgi import Receive, Scope, Send
from app.http.wire import BODY, HEAD, LARGEST_HEAD, GuardedProtocol
from app.settings import LimitSettings, Settings
from tests.conftest import NewDatabase
from tests.http.listening import Listening, listening, statuses
from tests.service import Service, running_service

GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/customers/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"


class Hasty(GuardedProtocol):
    """Waits a tenth of a second where the service waits ten."""

    seconds: ClassVar[dict[str, float]] = {HEAD: 0.3, BODY: 0.6}
    unread_seconds: ClassVar[float] = 0.3


@pytest.fixture(scope="module")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """The service, as patient as it ships."""
    urls = await new_database()
    shipped = settings.model_copy(update={"limits": LimitSettings()})
    async with running_service(shipped, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def served(service: Service) -> AsyncIterator[Listening]:
    """The service as it is served."""
    async with listening(service.app, GuardedProtocol) as address:
        yield address


@pytest.fixture(scope="module")
async def hasty(service: Service) -> AsyncIterator[Listening]:
    """The service with little patience."""
    async with listening(service.app, Hasty) as address:
        yield address


MALFORMED = [
    b"\r\n\r\n\r\nGARBAGE\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n",
    b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 1e3\r\n\r\n",
    POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    POST + b"Transfer-Encoding: gzip\r\n\r\nx",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.mark.parametrize("raw", MALFORMED)
async def test_what_is_no_http_is_refused_in_the_one_form(served: Listening, raw: bytes) -> None:
    """Never a 5xx, never an echo, and the connection ends."""
    answer = await served.talk(raw)

    assert {400, 401, 404, 405, 413} >= set(statuses(answer)), answer
    assert answer.count(b"HTTP/1.1 ") >= 1
    assert b"application/problem+json" in answer
    assert b"x-request-id: " in answer
    assert b"GARBAGE" not in answer
    assert b"server:" not in answer


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (GET + CLOSE + b"\r\n", [200]),
        (GET + b"\r\n" + GET + CLOSE + b"\r\n", [200, 200]),
        (b"GET /health/live HTTP/1.0\r\n\r\n", [200]),
        (GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", [200]),
        (GET + b"Expect: 100-continue\r\n" + CLOSE + b"\r\n", [200]),
        (b"GET http://example.com/health/live HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [200]),
        (b"GET /health/live?a=%00%zz HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [200]),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [404]),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [404]),
        (b"GET /v1/%ff%00%c0%80 HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [404]),
        (POST + b"Content-Length: 2\r\n" + CLOSE + b"\r\n{}", [401]),
        (GET + b"X-Long: " + b"x" * 16_500 + b"\r\n" + CLOSE + b"\r\n", [413]),
    ],
)
async def test_unusual_requests_are_answered(
    served: Listening, raw: bytes, expected: list[int]
) -> None:
    """What HTTP allows gets an answer of the service."""
    assert statuses(await served.talk(raw)) == expected


@pytest.mark.parametrize("line", [b"a: b\r\n", b"a" * 100, b"a: " + b"b" * 5000 + b"\r\n"])
async def test_headers_without_an_end_are_cut_off(served: Listening, line: bytes) -> None:
    """A bomb of headers, small or large, is refused while it still comes in."""
    begun = GET + line
    parts = [line * (8_000 // len(line) + 1)] * (LARGEST_HEAD // 8_000 + 20)
    reader, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(begun)

    async def send() -> None:
        for part in parts:
            await asyncio.sleep(0.001)
            writer.write(part)

    sending = asyncio.create_task(send())
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
    sending.cancel()
    writer.close()

    assert answer.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 400 "))


@pytest.mark.parametrize("begun", [b"", b"GET /hea", GET, GET + b"A: ", POST + b"Content-Le"])
async def test_a_slow_head_ends(hasty: Listening, begun: bytes) -> None:
    """Whoever sends a header a second is not waited for."""
    started = time.monotonic()
    reader, writer = await asyncio.open_connection(hasty.host, hasty.port)
    writer.write(begun)

    async def drip() -> None:
        while True:
            await asyncio.sleep(0.05)
            writer.write(b"x" if begun else b"")

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(3):
        await reader.read()
    dripping.cancel()
    writer.close()

    assert 0.2 < time.monotonic() - started < 1.5


async def test_a_busy_connection_stays(hasty: Listening) -> None:
    """The time for one request's head does not run on into those that follow it."""
    requests = [GET + b"\r\n"] * 9 + [GET + CLOSE + b"\r\n"]
    answers = await hasty.talk(*requests, pause=0.05, ends=False)

    assert statuses(answers) == [200] * 10


async def test_a_slow_body_ends(hasty: Listening, service: Service) -> None:
    """A body that comes byte by byte is given up, answered or not."""
    token = await service.sign_in("sales")
    head = POST + b"Authorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n" % token.encode()
    started = time.monotonic()
    reader, writer = await asyncio.open_connection(hasty.host, hasty.port)
    writer.write(head)

    async def drip() -> None:
        while True:
            await asyncio.sleep(0.05)
            writer.write(b" ")

    dripping = asyncio.create_task(drip())
    with suppress(ConnectionResetError):  # it sends on while the other side has closed
        async with asyncio.timeout(6):
            await reader.read()
    dripping.cancel()
    writer.close()

    assert time.monotonic() - started < 4


async def test_a_slow_body_is_answered_in_time(served: Listening, service: Service) -> None:
    """The deadline of the request holds for its body: 503, though nothing is wrong with us."""
    token = await service.sign_in("sales")
    head = POST + b"Authorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n" % token.encode()
    reader, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(head + b"{")

    async with asyncio.timeout(4):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert answer.startswith(b"HTTP/1.1 503 ")


async def test_a_client_that_does_not_read_is_dropped(hasty: Listening) -> None:
    """Answers nobody fetches do not pile up."""
    reader, writer = await asyncio.open_connection(hasty.host, hasty.port, limit=1024)
    ask = b"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"

    writer.write(ask * 20)
    await asyncio.sleep(1.5)

    assert not [
        c for c in hasty.server.server_state.connections if c.transport.get_write_buffer_size()
    ]
    writer.close()
    del reader


async def test_no_refusal_is_written_into_an_answer() -> None:
    """When something unreadable follows a request whose answer has begun, the answer just ends."""

    async def begin(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.5)

    async with listening(begin, GuardedProtocol) as address:
        answer = await address.talk(GET + b"\r\n", b"GARBAGE\r\n\r\n", pause=0.1)

    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_large_upload_is_answered_and_not_reset(
    served: Listening, service: Service
) -> None:
    """413 while the body still comes, and the client that reads it gets it whole."""
    token = await service.sign_in("sales")
    size = 8 * 1024 * 1024
    head = POST + b"Authorization: Bearer %s\r\n" % token.encode()

    declared = await served.talk(
        head + b"Content-Length: %d\r\n%s\r\n" % (size, CLOSE), b"", ends=False
    )
    async with httpx.AsyncClient(base_url=f"http://{served.host}:{served.port}") as client:
        answer = await client.post(
            "/v1/customers/search",
            content=b" " * size,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )

    assert statuses(declared) == [413]
    assert answer.json()["type"] == "/problems/too-large"


@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
async def test_no_bytes_break_the_server(served: Listening, data: st.DataObject) -> None:
    """A request cut, doubled, spoilt or made up is answered with no 5xx, or just ended."""
    raw = bytearray(data.draw(st.sampled_from([*MALFORMED, GET + b"\r\n", POST + b"\r\n{}"])))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    cut = data.draw(st.integers(0, len(raw)))

    answer = await served.talk(bytes(raw[:cut]), bytes(raw[cut:]))

    assert all(status < 500 for status in statuses(answer)), answer
    assert statuses(await served.talk(GET + CLOSE + b"\r\n")) == [200]


async def test_a_stop_lets_what_runs_finish(service: Service) -> None:
    """A change that is under way is answered, though the service was told to stop."""
    headers = {"Authorization": f"Bearer {await service.sign_in('sales')}"}
    body = {"kind": "person", "name": "王小明"}
    blocking = await asyncpg.connect(service.owner_url)
    async with listening(service.app, GuardedProtocol) as address:
        base = f"http://{address.host}:{address.port}"
        async with httpx.AsyncClient(base_url=base, headers=headers) as client:
            async with blocking.transaction():
                await blocking.execute("lock table customer_keys in exclusive mode")
                running = asyncio.create_task(client.post("/v1/customers", json=body))
                await asyncio.sleep(0.3)
                stopping = asyncio.create_task(address.server.shutdown())
                await asyncio.sleep(0.2)
            answer = await running
            await stopping
            with pytest.raises(httpx.ConnectError):
                await client.get("/health/live")
    await blocking.close()

    assert answer.status_code == 201
    assert answer.headers["connection"] == "close"
