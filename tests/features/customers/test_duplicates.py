"""Tests of possible doubles: told within reach, silent beyond it, kept for the stewards."""

from typing import Any
from uuid import UUID

import pytest

from app.core.clock import new_id
from tests.colleagues import a_client, a_role
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

SEEN = {"If-Match": "*"}
Pair = dict[str, Any]


def _others(shown: dict[str, Any]) -> list[str]:
    return [one["customer_id"] for one in shown["possible_duplicates"]]


async def _queue(service: Service) -> list[Pair]:
    client = await service.as_("data_officer")
    pairs: list[Pair] = []
    cursor = ""
    while True:
        page = (await client.get(f"/v1/duplicates?limit=200{cursor}")).json()
        pairs += page["items"]
        if not page["has_more"]:
            return pairs
        cursor = f"&cursor={page['next_cursor']}"


async def _pairs_of(service: Service, *customers: dict[str, Any]) -> list[Pair]:
    ids = {one["customer_id"] for one in customers}
    return [p for p in await _queue(service) if {p["customer_id"], p["other_id"]} <= ids]


async def test_a_shared_phone_is_told_within_reach(service: Service) -> None:
    """A new customer with a known phone is opened, and its maker told of the other."""
    phone = a_phone()
    first = await a_customer(service, phone=phone)

    second = await a_customer(service, phone=phone, email=f"{new_id().hex}@example.com")

    assert _others(first) == []
    assert second["possible_duplicates"] == [
        {"customer_id": first["customer_id"], "matched": ["phone"]}
    ]
    (pair,) = await _pairs_of(service, first, second)
    assert (pair["reasons"], pair["status"]) == (["phone"], "open")


async def test_a_shared_phone_beyond_reach_is_told_to_stewards_only(service: Service) -> None:
    """Her answer is that of a number nobody has, but for ids and times."""
    phone = a_phone()
    far = await a_customer(service, "sales_south", phone=phone)

    near = await a_customer(service, phone=phone)
    other = await a_customer(service, phone=a_phone())

    ids = {"customer_id", "created_at", "phone"}
    assert {k: v for k, v in near.items() if k not in ids} == {
        k: v for k, v in other.items() if k not in ids
    }
    assert len(await _pairs_of(service, near, far)) == 1


@pytest.mark.parametrize(
    ("values", "matched"),
    [
        ({"email": "family@example.com"}, "email"),
        ({"wechat": "family_account"}, "wechat"),
        ({"contact_points": [{"type": "email", "value": "Shared@Example.com"}]}, "email"),
        ({"contact_points": [{"type": "phone", "value": "+4930123456"}]}, "phone"),
        ({"person_profile": {"id_number": "110000190001010012"}}, "document"),
    ],
)
async def test_whatever_tells_a_person_makes_a_double(
    service: Service, values: dict[str, Any], matched: str
) -> None:
    """Mail, account, document: on the record, its contact points or its profile."""
    first = await a_customer(service, "data_entry", **values)

    second = await a_customer(service, "data_entry", **values)

    assert first["customer_id"] in _others(second)
    assert matched in second["possible_duplicates"][0]["matched"]


@pytest.mark.parametrize(
    "values",
    [
        {"contact_points": [{"type": "website", "value": "https://shop.example.com/"}]},
        {"contact_points": [{"type": "qq", "value": "10001"}]},
        {"contact_points": [{"type": "other", "value": "at the gate"}]},
        {"city": "上海", "address": "示例路 1 号"},
    ],
)
async def test_what_many_share_makes_no_double(service: Service, values: dict[str, Any]) -> None:
    """A web site or an address says nothing about who somebody is."""
    await a_customer(service, **values)

    assert _others(await a_customer(service, **values)) == []


async def test_one_id_in_two_systems_makes_no_double(service: Service) -> None:
    """Other systems count as they like."""
    value = new_id().hex
    await a_customer(service, external_ids=[{"system": "erp", "value": value}])

    second = await a_customer(service, external_ids=[{"system": "shop", "value": value}])

    assert _others(second) == []


async def test_a_change_is_weighed_as_well(service: Service) -> None:
    """A changed phone, an added contact point and a profile each tell of the other."""
    phone, mail = a_phone(), f"{new_id().hex}@example.com"
    first = await a_customer(service, phone=phone, email=mail)
    second = await a_customer(service)
    client = await service.as_("sales")
    path = f"/v1/customers/{second['customer_id']}"

    changed = await client.patch(path, json={"phone": phone}, headers=SEEN)
    added = await client.post(f"{path}/contact-points", json={"type": "email", "value": mail})
    unrelated = await client.patch(path, json={"tier": "A"}, headers=SEEN)

    assert _others(changed.json()) == _others(added.json()) == [first["customer_id"]]
    assert "possible_duplicates" not in unrelated.json()
    assert len(await _pairs_of(service, first, second)) == 1


async def test_a_pair_is_kept_once_with_all_reasons(service: Service) -> None:
    """From whichever side it is found, and however often."""
    phone, mail = a_phone(), f"{new_id().hex}@example.com"
    first = await a_customer(service, phone=phone)
    second = await a_customer(service, phone=phone)
    client = await service.as_("sales")
    near, far = (f"/v1/customers/{one['customer_id']}" for one in (first, second))

    await client.patch(near, json={"phone": None}, headers=SEEN)
    await client.patch(near, json={"phone": phone, "email": mail}, headers=SEEN)
    await client.patch(far, json={"email": mail}, headers=SEEN)

    (pair,) = await _pairs_of(service, first, second)
    assert sorted(pair["reasons"]) == ["email", "phone"]


async def test_the_queue_has_pages(service: Service) -> None:
    """Newest first, without gap or double, while new pairs come in."""
    phone = a_phone()
    for _ in range(4):
        await a_customer(service, phone=phone)
    client = await service.as_("data_officer")

    seen: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = (await client.get(f"/v1/duplicates?limit=5{cursor}")).json()
        seen += [(one["customer_id"], one["other_id"]) for one in page["items"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
        await a_customer(service, phone=phone)

    assert len(seen) == len(set(seen))
    assert len(seen) >= 6


async def test_a_steward_who_does_marketing_sees_pairs_where_she_is_steward(
    service: Service,
) -> None:
    """A second role that reaches everything does not widen the queue of the first."""
    near, far = a_phone(), a_phone()
    first, second = [await a_customer(service, phone=near) for _ in range(2)]
    for _ in range(2):
        await a_customer(service, "sales_south", phone=far)
    seen_groups = [f"{group}:read" for group in ("contact", "document", "registration", "identity")]
    steward = await a_role(service, "duplicates:read", "customers:read", *seen_groups)
    home = UUID(first["department_id"])
    client = await a_client(service, steward, "marketing", department_id=home)
    officer = await service.as_("data_officer")

    seen = (await client.get("/v1/duplicates?limit=200")).json()["items"]
    whole = (await officer.get("/v1/duplicates?limit=200")).json()["items"]

    pairs = [{one["customer_id"], one["other_id"]} for one in seen]
    assert {first["customer_id"], second["customer_id"]} in pairs
    ids = sorted({one for pair in pairs for one in pair})
    for customer_id in ids:
        shown = (await officer.get(f"/v1/customers/{customer_id}")).json()
        assert shown["department_id"] == first["department_id"]
    assert len(whole) > len(seen)


@pytest.mark.parametrize("by", ["sales", "marketing", "auditor", "administrator", "service"])
async def test_the_queue_is_for_stewards(service: Service, by: str) -> None:
    """Nobody else reads it."""
    assert (await (await service.as_(by)).get("/v1/duplicates")).status_code == 403


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("limit=0", "malformed"),
        ("cursor=x", "cursor-invalid"),
        ("status=other", "malformed"),
        ("sort=score", "malformed"),
        ("score.gte=nan", "malformed"),
        ("nonsense=1", "field-not-available"),
    ],
)
async def test_what_cannot_be_asked_is_said(service: Service, query: str, kind: str) -> None:
    """Parameters are checked, and unknown ones refused."""
    answer = await (await service.as_("data_officer")).get(f"/v1/duplicates?{query}")

    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{kind}")


async def test_doubles_beyond_reach_do_not_push_out_those_within(service: Service) -> None:
    """However many others carry the number, the one within reach is told."""
    phone = a_phone()
    for _ in range(7):
        await a_customer(service, "sales_south", phone=phone)
    first = await a_customer(service, phone=phone)

    second = await a_customer(service, phone=phone)

    assert _others(second) == [first["customer_id"]]
