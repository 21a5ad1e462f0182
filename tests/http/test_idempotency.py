"""Tests of idempotency keys: one change, however often it is sent, and the same answer."""

import asyncio
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from app.core.clock import new_id
from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service, running_service

PATH = "/v1/customers"
Body = dict[str, Any]


def a_key() -> str:
    """Return a key that no other test uses."""
    return f"key-{new_id()}"


def a_body(**values: Any) -> Body:
    """Return a new customer."""
    return {"kind": "person", "name": "王小明", **values}


async def _post(
    client: httpx.AsyncClient, key: str, body: Body, path: str = PATH
) -> httpx.Response:
    return await client.post(path, json=body, headers={"Idempotency-Key": key})


async def _count(client: httpx.AsyncClient, source: str) -> int:
    answer = await client.get(f"{PATH}?source={source}&count=exact")
    return int(answer.json()["count"])


async def test_a_retry_gets_the_first_answer(service: Service) -> None:
    """The same key and body give the same bytes, and one record."""
    client, key, body = await service.as_("sales"), a_key(), a_body(source=a_key())

    first = await _post(client, key, body)
    second = await _post(client, key, dict(reversed(body.items())))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    for name in ("etag", "location", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert await _count(client, body["source"]) == 1


async def test_a_replay_is_on_record(service: Service) -> None:
    """The line of a replay names whom it showed, in which form, and that it was one."""
    client, key, body = await service.as_("sales"), a_key(), a_body(phone=a_phone())
    first = await _post(client, key, body)

    second = await _post(client, key, body)

    (made,) = await service.lines_of(first)
    (shown,) = await service.lines_of(second)
    assert orjson.loads(shown["detail"])["replayed"] is True
    assert (shown["subjects"], shown["disclosed"]) == (made["subjects"], made["disclosed"])
    assert shown["changed"] == []


async def test_another_body_is_refused(service: Service) -> None:
    """A key belongs to what it was first sent with."""
    client, key, source = await service.as_("sales"), a_key(), a_key()
    await _post(client, key, a_body(source=source))

    answer = await _post(client, key, a_body(source=source, tier="A"))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert await _count(client, source) == 1


async def test_a_key_is_its_owners(service: Service) -> None:
    """Another actor, or another address, under the same key is another request."""
    sales, entry, key = await service.as_("sales"), await service.as_("data_entry"), a_key()
    made = (await _post(sales, key, a_body())).json()

    others = (await _post(entry, key, a_body())).json()
    note = await _post(sales, key, {"text": "x"}, f"{PATH}/{made['customer_id']}/notes")

    assert others["customer_id"] != made["customer_id"]
    assert note.status_code == 201


async def test_two_at_once_make_one_change(service: Service) -> None:
    """While the first still runs, the second is told so; the first gets through."""
    client, key, body = await service.as_("sales"), a_key(), a_body(source=a_key())
    blocking = await asyncpg.connect(service.owner_url)
    async with blocking.transaction():
        await blocking.execute("lock table customer_keys in exclusive mode")
        running = asyncio.create_task(_post(client, key, body))
        await asyncio.sleep(0.3)
        meanwhile = await _post(client, key, body)
    await blocking.close()

    assert (meanwhile.status_code, meanwhile.json()["type"]) == (409, "/problems/key-in-use")
    assert (await running).status_code == 201
    assert (await _post(client, key, body)).content == (await running).content
    assert await _count(client, body["source"]) == 1


async def test_twenty_at_once_make_one_change(service: Service) -> None:
    """However many arrive together, one record is made."""
    client, key, body = await service.as_("sales"), a_key(), a_body(source=a_key())

    answers = await asyncio.gather(*(_post(client, key, body) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert await _count(client, body["source"]) == 1


async def test_a_refusal_is_not_kept(service: Service) -> None:
    """After a refusal the same key serves the corrected request."""
    client, key = await service.as_("sales"), a_key()

    refused = await _post(client, key, a_body(phone="12"))
    corrected = await _post(client, key, a_body(phone=a_phone()))

    assert (refused.status_code, corrected.status_code) == (422, 201)


async def test_a_change_is_replayed(service: Service) -> None:
    """A keyed PATCH changes once; its retry gets the old answer though the record moved on."""
    client, key = await service.as_("sales"), a_key()
    made = await a_customer(service, tier="A")
    path = f"{PATH}/{made['customer_id']}"
    headers = {"If-Match": (await client.get(path)).headers["etag"], "Idempotency-Key": key}

    first = await client.patch(path, json={"tier": "B"}, headers=headers)
    await client.patch(path, json={"tier": "C"}, headers={"If-Match": "*"})
    second = await client.patch(path, json={"tier": "B"}, headers=headers)
    other = await client.patch(path, json={"tier": "B"}, headers={**headers, "If-Match": "*"})

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert (await client.get(path)).json()["tier"] == "C"
    assert other.json()["type"] == "/problems/key-reused"


async def test_a_batch_is_replayed_with_all_whom_it_showed(service: Service) -> None:
    """The line of a replayed batch names the customers of every item."""
    client, key = await service.as_("sales"), a_key()
    known = [await a_customer(service) for _ in range(2)]
    changes = [
        {"customer_id": one["customer_id"], "if_match": "*", "change": {"tier": "A"}}
        for one in known
    ]
    body = {"items": [{"create": a_body()}, *changes, {"create": a_body(phone="1")}]}

    first = await _post(client, key, body, f"{PATH}/batch")
    second = await _post(client, key, body, f"{PATH}/batch")

    shown = {item["customer"]["customer_id"] for item in first.json()["items"][:3]}
    assert first.content == second.content
    (line,) = await service.lines_of(second)
    assert {str(one) for one in line["subjects"]} == shown
    assert orjson.loads(line["disclosed"])["customers"]["name"] == "read"


async def test_the_stored_answer_is_sealed(service: Service) -> None:
    """Neither name nor number of a stored answer stands in clear in the database."""
    client, key, phone = await service.as_("sales"), a_key(), a_phone()
    await _post(client, key, a_body(name="欧阳听雨", phone=phone))

    connection = await asyncpg.connect(service.owner_url)
    rows = await connection.fetch("select answer from idempotency_keys")
    await connection.close()

    stored = b"".join(row["answer"] for row in rows)
    assert stored
    assert not any(word.encode() in stored for word in ("欧阳听雨", phone, "customer_id"))


async def test_a_key_is_forgotten_after_a_day(service: Service) -> None:
    """What is older than a day is no answer any more."""
    client, key, body = await service.as_("sales"), a_key(), a_body()
    first = await _post(client, key, body)
    connection = await asyncpg.connect(service.owner_url)
    await connection.execute("update idempotency_keys set kept_at = kept_at - interval '25 hours'")
    await connection.close()

    second = await _post(client, key, body)

    assert second.status_code == 201
    assert first.json()["customer_id"] != second.json()["customer_id"]


@pytest.mark.parametrize("key", [b"", b" ", b"a b", b"x" * 256, "schlüssel".encode(), b"a\x7f"])
async def test_a_key_has_a_form(service: Service, key: bytes) -> None:
    """Empty, long and invisible keys are refused."""
    client = await service.as_("sales")

    answer = await client.post(PATH, json=a_body(), headers=[(b"idempotency-key", key)])

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "key-form")


async def test_a_keyed_body_may_hold_any_number(service: Service) -> None:
    """An integer beyond 64 bits is refused as it is without a key."""
    client = await service.as_("sales")

    answer = await _post(client, a_key(), a_body(tier=2**70))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/malformed")


async def test_reading_needs_no_key(service: Service) -> None:
    """A search under the same key and another body is just another search."""
    client, key = await service.as_("sales"), a_key()

    first = await _post(client, key, {"q": "王小"}, f"{PATH}/search")
    second = await _post(client, key, {"q": "小明"}, f"{PATH}/search")

    assert (first.status_code, second.status_code) == (200, 200)


async def test_a_key_without_rights_is_refused_first(service: Service) -> None:
    """Who may not change gets the refusal of rights, whatever the key holds."""
    answer = await _post(await service.as_("marketing"), a_key(), a_body())

    assert answer.status_code == 403


async def test_a_key_survives_a_restart(new_database: NewDatabase, settings: Settings) -> None:
    """A second process on the same database gives the answer of the first."""
    urls, key, body = await new_database(), a_key(), a_body()
    async with running_service(settings, urls.app, urls.owner) as before:
        first = await _post(await before.as_("sales"), key, body)

    async with running_service(settings, urls.app, urls.owner) as after:
        second = await _post(await after.as_("sales"), key, body)

    assert first.content == second.content
