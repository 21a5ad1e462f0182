"""No line, no answer: an audit that cannot be written closes the service, and opens it again."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import httpx
import pytest

from app.core.ledger import Ledger
from app.settings import LimitSettings, Settings
from tests.conftest import NewDatabase
from tests.features.customers.builders import a_customer, a_phone
from tests.journeys.asking import Sent, send_to
from tests.service import Service, running_service

PATIENCE: Final = 2.5
TICK: Final = 0.02
LOCK: Final = "lock table audit_lines in access exclusive mode"
ANY: Final = {"If-Match": "*"}


@pytest.fixture(scope="module")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of this module's own, as patient as it ships: its audit is put out of order."""
    urls = await new_database()
    shipped = settings.model_copy(update={"limits": LimitSettings()})
    async with running_service(shipped, urls.app, urls.owner) as running:
        yield running


@asynccontextmanager
async def locked(service: Service) -> AsyncIterator[None]:
    """Hold the audit table against everybody."""
    connection = await asyncpg.connect(service.owner_url)
    async with connection.transaction():
        await connection.execute(LOCK)
        yield
    await connection.close()


@asynccontextmanager
async def forbidden(service: Service) -> AsyncIterator[None]:
    """Take the right to write lines away."""
    connection = await asyncpg.connect(service.owner_url)
    await connection.execute("revoke insert on audit_lines from cims_app")
    yield
    await connection.execute("grant insert on audit_lines to cims_app")
    await connection.close()


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """Measure for how long the machine under the test gives it no time at all."""
    lost: list[float] = [0.0]

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            lost[0] += time.perf_counter() - before - TICK

    watching = asyncio.create_task(watch())
    yield lost
    watching.cancel()


async def timed(asking: Any) -> tuple[httpx.Response, float]:
    """Return an answer and how long it took."""
    began = time.perf_counter()
    answer = await asking
    return answer, time.perf_counter() - began


async def until_ready(service: Service) -> None:
    """Wait until the service says by itself that it is ready."""
    client = service.anonymous()
    for _ in range(30):
        if (await client.get("/health/ready")).status_code == 200:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the service has not recovered by itself")


@pytest.mark.parametrize("disorder", [locked, forbidden])
async def test_without_a_line_nothing_is_shown_or_changed(service: Service, disorder: Any) -> None:
    """Reads, changes and refusals all answer 503 in time, without a word, and change nothing."""
    made = await a_customer(service, phone=a_phone(), city="无锡")
    client, path = await service.as_("sales"), f"/v1/customers/{made['customer_id']}"
    before = await client.get(path)

    async with disorder(service), stalls() as lost:
        answers = await asyncio.gather(
            timed(client.get(path)),
            timed(client.get("/v1/customers?city=无锡")),
            timed(client.patch(path, json={"tier": "D"}, headers=ANY)),
            timed(client.post("/v1/customers", json={"kind": "person", "name": "无锡人"})),
            timed(client.get(f"{path}0")),
            timed(service.anonymous().get(path)),
        )
        live = await client.get("/health/live")
        ready = await client.get("/health/ready")
    await until_ready(service)
    after = await client.get(path)
    found = await client.post("/v1/customers/search", json={"q": "无锡人"})

    assert [answer.json()["type"] for answer, _ in answers] == ["/problems/not-now"] * 6
    assert {answer.headers["retry-after"] for answer, _ in answers} == {"1"}
    assert max(seconds for _, seconds in answers) < PATIENCE + lost[0]
    assert not any(made["name"] in answer.text for answer, _ in answers)
    assert (live.status_code, ready.status_code) == (200, 503)
    assert after.json() == before.json()
    assert found.json()["items"] == []


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_the_line_stands_before_the_first_byte(service: Service, method: str) -> None:
    """When anything of an answer leaves, its line can be read by others already."""
    made = await a_customer(service)
    client = await service.as_("sales")
    reader = await asyncpg.connect(service.owner_url)
    seen: list[int] = []

    async def look(sent: Sent) -> None:
        count = "select count(*) from audit_lines where request_id = $1 and status = 200"
        seen.append(await reader.fetchval(count, sent.request_id))

    body = b'{"tier": "B"}' if method == "PATCH" else b""
    sent = await send_to(service.app, client, method, made, body=body, on_send=look)
    await reader.close()

    assert sent.status == 200
    assert seen == [1, 1]


async def test_nothing_leaves_while_the_line_waits(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the ledger has not said that a line is durable, not a byte is sent."""
    made = await a_customer(service)
    client = await service.as_("sales")
    durable, waiting = asyncio.Event(), asyncio.Event()

    async def write(self: Ledger, row: Sequence[Any]) -> None:
        waiting.set()
        await durable.wait()

    monkeypatch.setattr(Ledger, "write", write)
    left: list[Sent] = []

    async def note(sent: Sent) -> None:
        left.append(sent)

    asking = asyncio.create_task(send_to(service.app, client, "GET", made, on_send=note))
    await waiting.wait()
    await asyncio.sleep(0.1)
    held = list(left)
    durable.set()

    assert held == []
    assert (await asking).status == 200


async def test_a_full_ledger_refuses(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger is bounded: what finds no room in it is 503, not a longer queue."""
    made = await a_customer(service)
    client = await service.as_("sales")
    monkeypatch.setattr("app.core.ledger.ROOM", 0)

    answer = await client.get(f"/v1/customers/{made['customer_id']}")

    assert answer.json()["type"] == "/problems/not-now"


async def test_a_refusal_has_the_time_of_its_request(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that takes a second does not turn what is refused at once into a 503."""
    write = Ledger.write

    async def slowly(self: Ledger, row: Sequence[Any]) -> None:
        await asyncio.sleep(1)
        await write(self, row)

    monkeypatch.setattr(Ledger, "write", slowly)

    answer = await service.anonymous().get("/v1/customers")

    assert answer.json()["type"] == "/problems/not-signed-in"
    assert await service.lines_of(answer)
