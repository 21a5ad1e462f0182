"""Tests of batches: each item has its own answer in order, or all of them go together."""

import asyncio
from typing import Any

import httpx
import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

PATH = "/v1/customers/batch"
NOWHERE = "01890000-0000-7000-8000-000000000000"
Item = dict[str, Any]


def _new(**values: Any) -> Item:
    return {"create": {"kind": "person", "name": "王小明", **values}}


def _claiming(*values: str) -> Item:
    return _new(external_ids=[{"system": "erp", "value": value} for value in values])


async def _send(
    service: Service, items: list[Item], by: str = "sales", **more: Any
) -> httpx.Response:
    client = await service.as_(by)
    return await client.post(PATH, json={"items": items, **more})


async def _statuses(service: Service, items: list[Item], **more: Any) -> list[int]:
    answer = await _send(service, items, **more)
    assert answer.status_code == 200, answer.text
    return [item["status"] for item in answer.json()["items"]]


async def test_each_item_has_its_own_answer_in_order(service: Service) -> None:
    """New, changed, malformed, forbidden, stale and unknown ones stand side by side."""
    known = await a_customer(service, tier="A")
    client = await service.as_("sales")
    etag = (await client.get(f"/v1/customers/{known['customer_id']}")).headers["etag"]
    change = {"customer_id": known["customer_id"], "change": {"tier": "B"}}
    items = [
        _new(),
        {**change, "if_match": etag},
        _new(phone="12"),
        _new(nickname="x"),
        _new(status="active"),
        {**change, "if_match": etag},
        change,
        {**change, "customer_id": NOWHERE, "if_match": "*"},
        {},
        {"create": {}, **change},
        _new(tier="C"),
    ]
    statuses = [201, 200, 422, 422, 403, 412, 428, 404, 422, 422, 201]

    answer = await _send(service, items)

    results = answer.json()["items"]
    assert [one["status"] for one in results] == statuses
    assert [one["problem"] is None for one in results] == [one < 400 for one in statuses]
    assert results[1]["customer"]["tier"] == "B"
    changed = await client.get(f"/v1/customers/{known['customer_id']}")
    assert changed.headers["etag"] == results[1]["etag"]
    made = await client.get(f"/v1/customers/{results[10]['customer']['customer_id']}")
    assert made.headers["etag"] == results[10]["etag"]


async def test_a_problem_of_an_item_speaks_the_callers_language(service: Service) -> None:
    """It has the same members as an answer that refuses, and points into the item."""
    client = await service.as_("sales")
    points = [{"type": "qq", "value": "x"}]
    items = [_new(phone="12"), _new(contact_points=points), _new(nickname="x")]

    answer = await client.post(PATH, json={"items": items}, headers={"Accept-Language": "zh-CN"})

    phone, point, name = [one["problem"] for one in answer.json()["items"]]
    assert phone["type"] == "/problems/malformed"
    assert phone["title"] == "部分内容不符合要求。"
    assert phone["errors"][0]["pointer"] == "/create/phone"
    assert phone["errors"][0]["code"] == "phone-invalid"
    assert "电话号码无效" in phone["errors"][0]["message"]
    assert point["errors"][0]["pointer"] == "/create/contact_points/0/value"
    assert (name["type"], name["names"]) == ("/problems/field-not-available", ["nickname"])


async def test_an_atomic_batch_is_taken_whole(service: Service) -> None:
    """Without a problem all items are done."""
    known = await a_customer(service)
    change = {"customer_id": known["customer_id"], "if_match": "*", "change": {"tier": "D"}}

    assert await _statuses(service, [_new(), change, _new()], atomic=True) == [201, 200, 201]


@pytest.mark.parametrize(
    ("bad", "pointer", "code"),
    [
        (_new(phone="12"), "/items/1/create/phone", "phone-invalid"),
        (_new(nickname="x"), "/items/1/create/nickname", "field-not-available"),
        (
            {"customer_id": NOWHERE, "if_match": "*", "change": {"tier": "B"}},
            "/items/1",
            "not-found",
        ),
        ({"customer_id": NOWHERE, "change": {"tier": "B"}}, "/items/1", "if-match-missing"),
        (
            {"customer_id": NOWHERE, "change": {"tier": "Z"}},
            "/items/1/change/tier",
            "choice-unknown",
        ),
        ({}, "/items/1", "create-or-change"),
    ],
)
async def test_an_atomic_batch_is_refused_whole(
    service: Service, bad: Item, pointer: str, code: str
) -> None:
    """One problem, and nothing was made or changed; the answer says where and why."""
    source = f"batch-{new_id()}"
    known = await a_customer(service, tier="A")
    change = {"customer_id": known["customer_id"], "if_match": "*", "change": {"tier": "B"}}

    answer = await _send(service, [_new(source=source), bad, change], atomic=True)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/batch-refused")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "not acceptable" not in error["message"]
    client = await service.as_("sales")
    assert (await client.get(f"/v1/customers?source={source}")).json()["items"] == []
    assert (await client.get(f"/v1/customers/{known['customer_id']}")).json()["tier"] == "A"


async def test_a_refused_batch_leaves_its_line_alone(service: Service) -> None:
    """What was rolled back left no line of a change; the refusal has one."""
    known = await a_customer(service)
    change = {"customer_id": known["customer_id"], "if_match": "*", "change": {"tier": "B"}}

    answer = await _send(service, [change, {**change, "customer_id": NOWHERE}], atomic=True)

    lines = await service.lines_of(answer)
    assert [line["status"] for line in lines] == [422]
    assert lines[0]["disclosed"] is None


async def test_ids_are_claimed_within_one_batch(service: Service) -> None:
    """Of two items with one id, one gets it; ids taken before are refused; the rest goes on."""
    taken, shared, own = (str(new_id()) for _ in range(3))
    await _send(service, [_claiming(taken)])

    items = [_claiming(own), _claiming(taken), _claiming(shared), _claiming(shared), _new()]
    answer = await _send(service, items)

    statuses = [one["status"] for one in answer.json()["items"]]
    assert (statuses[0], statuses[1], statuses[4]) == (201, 409, 201)
    assert sorted(statuses[2:4]) == [201, 409]
    (line,) = await service.lines_of(answer)
    made = {one["customer"]["customer_id"] for one in answer.json()["items"] if one["customer"]}
    assert {str(one) for one in line["subjects"]} == made


async def test_an_atomic_batch_with_a_taken_id_is_refused(service: Service) -> None:
    """The claim of one item refuses all, and the others' ids stay free."""
    taken, free = str(new_id()), str(new_id())
    await _send(service, [_claiming(taken)])

    refused = await _send(service, [_claiming(free), _claiming(taken)], atomic=True)
    again = await _statuses(service, [_claiming(free)])

    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/items/1", "external-id-taken")
    assert again == [201]


async def test_a_thousand_items_go_at_once(service: Service) -> None:
    """The largest batch is taken, one more item is not."""
    items = [_new(tier="A") for _ in range(1000)]

    answer = await _send(service, items, "data_entry")
    too_many = await _send(service, [*items, _new()], "data_entry")
    none = await _send(service, [])

    assert [one["status"] for one in answer.json()["items"]] == [201] * 1000
    assert len({one["customer"]["customer_id"] for one in answer.json()["items"]}) == 1000
    assert (too_many.status_code, none.status_code) == (413, 422)
    assert none.json()["errors"][0]["code"] == "list-empty"


async def test_doubles_within_a_batch_are_told(service: Service) -> None:
    """Two new customers with one phone are possible doubles of each other."""
    phone = a_phone()

    answer = await _send(service, [_new(phone=phone), _new(), _new(phone=phone)])

    first, _, third = [one["customer"] for one in answer.json()["items"]]
    assert [d["customer_id"] for d in third["possible_duplicates"]] == [first["customer_id"]]
    assert third["possible_duplicates"][0]["matched"] == ["phone"]


async def test_each_change_has_its_line(service: Service) -> None:
    """The new ones share a line, each changed one has its own."""
    known = [await a_customer(service, tier="A") for _ in range(2)]
    changes = [
        {"customer_id": one["customer_id"], "if_match": "*", "change": {"tier": "B"}}
        for one in known
    ]

    answer = await _send(service, [_new(), *changes, _new()])

    lines = await service.lines_of(answer)
    assert [len(line["subjects"]) for line in lines] == [2, 1, 1]
    assert [line["changed"] for line in lines[1:]] == [["tier"], ["tier"]]
    assert {line["operation"] for line in lines} == {"batch_customers"}


@pytest.mark.parametrize(
    "body",
    [
        {"items": [{"customer_id": "x", "change": {}}]},
        {"items": [1]},
        {"items": {}},
        {"items": [_new()], "atomic": "yes"},
        {"items": [_new()], "atomic": 1},
        {},
    ],
)
async def test_a_malformed_batch_is_refused_whole(service: Service, body: Any) -> None:
    """What is no batch is not taken in part."""
    client = await service.as_("sales")

    answer = await client.post(PATH, json=body)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/malformed")


async def test_batches_that_cross_end_without_a_crash(service: Service) -> None:
    """Atomic batches that change the same customers in opposite order: none breaks, each whole."""
    known = [(await a_customer(service, tier="A"))["customer_id"] for _ in range(6)]

    def batch(ids: list[str], tier: str) -> list[Item]:
        return [{"customer_id": one, "if_match": "*", "change": {"tier": tier}} for one in ids]

    answers = await asyncio.gather(
        _send(service, batch(known, "B"), atomic=True),
        _send(service, batch(known[::-1], "C"), atomic=True),
    )

    assert {answer.status_code for answer in answers} <= {200, 422, 503}
    assert any(answer.status_code == 200 for answer in answers)
    client = await service.as_("sales")
    tiers = {(await client.get(f"/v1/customers/{one}")).json()["tier"] for one in known}
    assert len(tiers) == 1
