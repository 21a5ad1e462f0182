"""Tests of looking up: whole phones, mails and documents, in any spelling, masked or not."""

from typing import Any

import pytest

from app.core import kinds
from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

PATH = "/v1/customers/search"
ID_NUMBER: str = kinds.RESIDENT_ID.example
CREDIT_CODE: str = kinds.CREDIT_CODE.example


async def _found(service: Service, field: str, value: Any, by: str = "sales") -> list[str]:
    client = await service.as_(by)
    answer = await client.post(PATH, json={"filter": {"field": field, "value": value}})
    assert answer.status_code == 200, answer.text
    return [one["customer_id"] for one in answer.json()["items"]]


@pytest.mark.parametrize("by", ["sales", "service", "data_officer", "data_entry"])
async def test_a_phone_is_found_in_any_spelling(service: Service, by: str) -> None:
    """With and without country code, spaces, dashes, full width: by sales and by the desk."""
    phone = a_phone()
    made = await a_customer(service, phone=phone)
    number = phone.removeprefix("+86")

    for spelling in (
        phone,
        number,
        f"0086{number}",
        f"86 {number}",
        f"+86 {number[:3]}-{number[3:7]}-{number[7:]}",
        f"({number[:3]}) {number[3:7]}.{number[7:]}",
        "".join(chr(ord(digit) + 0xFEE0) for digit in number),
    ):
        assert await _found(service, "phone", spelling, by) == [made["customer_id"]], spelling


async def test_a_further_phone_is_found_too(service: Service) -> None:
    """A contact point is looked up as the main phone is, and no longer once it is removed."""
    phone = a_phone()
    made = await a_customer(service, contact_points=[{"type": "phone", "value": phone}])
    client = await service.as_("sales")
    points = f"/v1/customers/{made['customer_id']}/contact-points"

    assert await _found(service, "phone", phone) == [made["customer_id"]]
    (point,) = (await client.get(points)).json()["items"]
    await client.delete(f"{points}/{point['contact_point_id']}", headers={"If-Match": "*"})
    assert await _found(service, "phone", phone) == []


async def test_a_changed_phone_is_found_by_the_new_one_only(service: Service) -> None:
    """The look-up follows the value, and an emptied one is gone."""
    old, new = a_phone(), a_phone()
    made = await a_customer(service, phone=old)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"

    await client.patch(path, json={"phone": new}, headers={"If-Match": "*"})
    assert (await _found(service, "phone", old), await _found(service, "phone", new)) == (
        [],
        [made["customer_id"]],
    )
    await client.patch(path, json={"phone": None}, headers={"If-Match": "*"})
    assert await _found(service, "phone", new) == []


@pytest.mark.parametrize(
    ("field", "stored", "spelling"),
    [
        ("email", "Li.Na+{}@Example.com", "li.na+{}@EXAMPLE.COM"),
        ("wechat", "wx_{}", "WX_{}"),
    ],
)
async def test_mail_and_accounts_are_found_in_any_case(
    service: Service, field: str, stored: str, spelling: str
) -> None:
    """Capital letters make no difference."""
    mark = new_id().hex[-12:]
    made = await a_customer(service, **{field: stored.format(mark)})

    assert await _found(service, field, spelling.format(mark)) == [made["customer_id"]]


@pytest.mark.parametrize("by", ["data_officer", "data_entry", "sales"])
async def test_a_document_is_found(service: Service, by: str) -> None:
    """A resident's number is found whole, by whoever sees its mask and reaches the customer."""
    made = await a_customer(service, "data_officer", person_profile={"id_number": ID_NUMBER})

    found = await _found(
        service, "id_number", f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}", by
    )

    assert (made["customer_id"] in found) == (by == "data_officer")


async def test_a_credit_code_is_found(service: Service) -> None:
    """An organisation is found by its code, in small letters and with spaces."""
    made = await a_customer(
        service,
        kind="organization",
        name="示例商贸",
        organization_profile={"registration_no": CREDIT_CODE},
    )

    found = await _found(service, "registration_no", f"{CREDIT_CODE[:8]} {CREDIT_CODE[8:].lower()}")

    assert made["customer_id"] in found


@pytest.mark.parametrize("field", ["phone", "email", "id_number"])
async def test_what_is_hidden_is_not_looked_up(service: Service, field: str) -> None:
    """Marketing gets the refusal of a name that does not exist."""
    client = await service.as_("marketing")

    hidden = await client.post(PATH, json={"filter": {"field": field, "value": "13800138000"}})
    unknown = await client.post(PATH, json={"filter": {"field": "nickname", "value": "1"}})

    assert hidden.json()["type"] == unknown.json()["type"] == "/problems/field-not-available"
    assert hidden.json()["names"] == [field]


@pytest.mark.parametrize("op", ["prefix", "in", "ne", "null", "lt"])
async def test_a_look_up_is_whole(service: Service, op: str) -> None:
    """Neither part nor absence of a sealed value can be asked for."""
    client = await service.as_("sales")

    answer = await client.post(PATH, json={"filter": {"field": "phone", "op": op, "value": "138"}})

    assert answer.json()["type"] == "/problems/operator-not-available"


@pytest.mark.parametrize("query", ["phone=13800138000", "id_number=1", "sort=phone"])
async def test_nothing_personal_stands_in_an_address(service: Service, query: str) -> None:
    """A list takes no personal value; search, whose body is not logged, does."""
    client = await service.as_("sales")

    answer = await client.get(f"/v1/customers?{query}")

    assert answer.status_code == 422


async def test_look_ups_combine(service: Service) -> None:
    """A look-up is a comparison like any other in a tree, and can be sorted and counted."""
    phone = a_phone()
    ids = [(await a_customer(service, phone=phone, tier=tier))["customer_id"] for tier in "ABC"]
    client = await service.as_("service")
    tree = {
        "all": [
            {"field": "phone", "value": phone},
            {"not": {"field": "tier", "value": "C"}},
        ]
    }

    answer = await client.post(
        PATH,
        json={"filter": tree, "sort": "tier", "count": "exact", "fields": ["tier"], "limit": 1},
    )

    page = answer.json()
    assert (page["count"], page["has_more"]) == (2, True)
    assert page["items"] == [{"tier": "A", "customer_id": ids[0], "withheld": {}}]


async def test_a_look_up_leaves_no_number_on_the_line(service: Service) -> None:
    """The line tells who was shown, not the number that was asked for."""
    phone = a_phone()
    made = await a_customer(service, phone=phone)
    client = await service.as_("service")

    answer = await client.post(PATH, json={"filter": {"field": "phone", "value": phone}})

    (line,) = await service.lines_of(answer)
    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]
    assert phone not in str(line)
    assert phone[3:] not in str(line)
