"""Tests of near doubles: while typing, by a scan, and what is told of them to whom."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.core import job_worker
from app.core.clock import new_id
from app.settings import Settings
from tests.colleagues import a_client, a_role
from tests.conftest import NewDatabase
from tests.features.customers.builders import a_customer
from tests.features.jobs.scene import running
from tests.journeys.matrix.cells import slug
from tests.service import Service, running_service

CHECK = "/v1/duplicates/check"
SEEN = {"If-Match": "*"}


def _slipped(phone: str) -> str:
    return phone[:-1] + str((int(phone[-1]) + 1) % 10)


def _a_far_phone() -> str:
    return f"+86177{new_id().int % 10**8:08d}"


async def _found(client: httpx.AsyncClient, typed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = await client.post(CHECK, json=typed)
    assert answer.status_code == 200, answer.text
    return {item["customer_id"]: item for item in answer.json()["items"]}


async def test_a_slip_is_found_while_typing(service: Service) -> None:
    """By sound and digit, with reasons in words; also after a change, no more by what was."""
    phone, later = _a_far_phone(), _a_far_phone()
    made = await a_customer(service, name="欧阳霁瑶", phone=phone)
    client, path = await service.as_("sales"), f"/v1/customers/{made['customer_id']}"
    typed = {"kind": "person", "name": "欧阳济遥", "phone": _slipped(phone)}

    found = (await _found(client, typed))[made["customer_id"]]
    await client.patch(path, json={"phone": later}, headers=SEEN)
    was = await _found(client, typed)
    now_is = await _found(client, {**typed, "phone": _slipped(later)})

    assert found["score"] > 0.5
    assert {"name_sound", "phone_slip"} <= {*found["reasons"]}
    assert {
        "code": "phone_slip",
        "en": "The phones differ in one digit.",
        "zh": "电话仅差一位。",
    } in (found["because"])
    assert made["customer_id"] not in was
    assert made["customer_id"] in now_is


async def test_near_and_beyond_reach_nothing_is_told(service: Service) -> None:
    """The answer is byte for byte that of somebody whom nobody is like; its line names nobody."""
    phone = _a_far_phone()
    await a_customer(service, "sales_south", name="端木蕴璇", phone=phone)
    client = await service.as_("sales")

    near = await client.post(CHECK, json={"name": "端木蕴旋", "phone": _slipped(phone)})
    nobody = await client.post(CHECK, json={"name": "呼延琬琰", "phone": _a_far_phone()})

    assert near.content == nobody.content
    assert [line["subjects"] for line in await service.lines_of(near)] == [[]]


async def test_what_is_hidden_or_masked_is_not_weighed(service: Service) -> None:
    """Who sees no address and masked phones is told by the name alone, in score and reasons."""
    phone, home = _a_far_phone(), f"示例路{new_id().int % 10**6}号"
    made = await a_customer(service, name="澹台清妍", phone=phone, address=home)
    scopes = ("customers:read", "customers:write", "identity:write", "classes:write", "record:read")
    role = await a_role(service, *scopes, "reach:all", "contact:masked")
    narrow, wide = await a_client(service, role), await service.as_("data_officer")

    seen = (await _found(narrow, {"name": "澹台清妍"}))[made["customer_id"]]
    near = await _found(
        wide, {"name": "澹台青妍", "phone": _slipped(phone), "address": home.replace("路", "路 ")}
    )

    assert seen["reasons"] == ["name"]
    assert seen["score"] < 0.5
    assert {"address", "phone_slip"} <= {*near[made["customer_id"]]["reasons"]}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers look often."""
    monkeypatch.setattr(job_worker, "LOOK", 0.05)


async def _scanned(service: Service, settings: Settings) -> dict[str, Any]:
    client = await service.as_("data_officer")
    asked = await client.post("/v1/duplicates/scans")
    assert asked.status_code == 202, asked.text
    async with running(settings, service):
        while True:
            job: dict[str, Any] = (await client.get(asked.headers["Location"])).json()
            if job["state"] not in {"queued", "running"}:
                return job
            await asyncio.sleep(0.05)


async def _pair_of(
    client: httpx.AsyncClient, ids: set[str], query: str = ""
) -> list[dict[str, Any]]:
    page = (await client.get(f"/v1/duplicates?limit=200&sort=-score{query}")).json()
    scores = [pair["score"] for pair in page["items"]]
    assert scores == sorted(scores, reverse=True)
    return [pair for pair in page["items"] if {pair["customer_id"], pair["other_id"]} == ids]


async def _crowded(client: httpx.AsyncClient) -> None:
    """Open customers who look like nobody, with more keys than a common one may have carriers."""
    crowd = [
        {"create": {"kind": "person", "name": new_id().hex[-9:], "phone": _a_far_phone()}}
        for _ in range(60)
    ]
    asked = await client.post("/v1/customers/batch", json={"items": crowd})
    assert asked.status_code == 200, asked.text


@pytest.fixture
async def own(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service with a crowd, and a queue that holds no pairs of other tests."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running_by_itself:
        await _crowded(await running_by_itself.as_("sales"))
        yield running_by_itself


@pytest.mark.usefixtures("quick")
async def test_a_scan_finds_what_looks_alike(own: Service, settings: Settings) -> None:
    """With score and reasons, for who sees all that is weighed; kept apart it never comes back."""
    service, phone = own, _a_far_phone()
    one = await a_customer(service, name="诸葛瑾萱", phone=phone)
    other = await a_customer(service, name="诸葛谨轩", phone=_slipped(phone))
    ids = {one["customer_id"], other["customer_id"]}
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    seen = ("contact:read", "document:read", "registration:read", "identity:read")
    narrow = await a_client(
        service, await a_role(service, "duplicates:read", "customers:read", "reach:all", *seen)
    )

    refused = await sales.post("/v1/duplicates/scans")
    before, job = await _pair_of(officer, ids), await _scanned(service, settings)
    (pair,) = await _pair_of(officer, ids)
    hidden = await _pair_of(narrow, ids)
    verdict = {"customer_id": one["customer_id"], "other_id": other["customer_id"]}
    await officer.post("/v1/duplicates/deferrals", json=verdict)
    (deferred,) = await _pair_of(officer, ids, "&status=deferred")
    await officer.post("/v1/duplicates/not-duplicates", json=verdict)
    again = await _scanned(service, settings)

    assert (slug(refused), before, hidden) == ("not-permitted", [], [])
    assert [done["state"] for done in (job, again)] == ["succeeded"] * 2
    assert job["result"]["weighed"] >= 2
    assert job["result"]["new_pairs"] >= 1
    assert pair["score"] > 0.5
    assert (pair["method"], pair["reasons"][0]) == ("weighed", "name_sound")
    assert deferred["status"] == "deferred"
    assert await _pair_of(officer, ids) == []
