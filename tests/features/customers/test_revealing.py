"""Tests of revealing: masked members in clear, for a stated purpose, within the actor's rights."""

from typing import Any

import httpx
import pytest

from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

ASKED = {"fields": ["phone"], "purpose": "service_call_back"}


async def _reveal(
    service: Service, customer: dict[str, Any], by: str = "service", part: str = "", **asked: Any
) -> httpx.Response:
    client = await service.as_(by)
    path = f"/v1/customers/{customer['customer_id']}{part}/reveal"
    return await client.post(path, json={**ASKED, **asked})


async def test_what_was_asked_for_is_shown_and_nothing_else(service: Service) -> None:
    """The desk sees the phone in clear, and only it."""
    phone = a_phone()
    made = await a_customer(service, phone=phone, email="wang@example.com")

    answer = await _reveal(service, made)

    assert answer.json() == {"customer_id": made["customer_id"], "phone": phone, "withheld": {}}
    assert "etag" not in answer.headers
    (line,) = await service.lines_of(answer)
    assert (line["operation"], line["purpose"]) == ("reveal_customer", "service_call_back")
    assert line["disclosed"] == '{"customers":{"customer_id":"read","phone":"read"}}'


async def test_the_mask_is_back_afterwards(service: Service) -> None:
    """Revealing is an act, not a right that stays."""
    made = await a_customer(service, phone="+8613800138000")
    await _reveal(service, made)

    seen = (await (await service.as_("service")).get(f"/v1/customers/{made['customer_id']}")).json()

    assert seen["phone"] == "138****8000"


async def test_a_reason_is_kept_sealed(service: Service) -> None:
    """People write names into reasons, so nothing of one stands in clear."""
    made = await a_customer(service, phone=a_phone())

    answer = await _reveal(service, made, reason="王小明 asked to be called on 13800138000")

    (line,) = await service.lines_of(answer)
    assert answer.status_code == 200
    assert line["reason"]
    assert "王小明" not in str(line)
    assert "13800138000" not in str(line)
    assert line["disclosed"] == '{"customers":{"customer_id":"read","phone":"read"}}'


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ({"purpose": ""}, "/purpose", "text-empty"),
        ({"purpose": "  "}, "/purpose", "purpose-form"),
        ({"purpose": "call 13800138000"}, "/purpose", "purpose-form"),
        ({"purpose": "x" * 101}, "/purpose", "text-too-long"),
        ({"purpose": None}, "/purpose", "type-string"),
        ({"fields": []}, "/fields", "list-empty"),
        ({"fields": ["phone"] * 21}, "/fields", "list-too-long"),
        ({"fields": "phone"}, "/fields", "type-list"),
        ({"fields": [None]}, "/fields/0", "type-string"),
        ({"reason": "x" * 201}, "/reason", "text-too-long"),
    ],
)
async def test_a_purpose_is_needed(
    service: Service, asked: dict[str, Any], pointer: str, code: str
) -> None:
    """Without a purpose that says something, nothing is shown."""
    made = await a_customer(service, phone=a_phone())

    answer = await _reveal(service, made, **asked)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, pointer, code)


@pytest.mark.parametrize(
    ("by", "field", "kind"),
    [
        ("sales", "phone", "not-permitted"),
        ("marketing", "phone", "not-permitted"),
        ("service", "name", "not-permitted"),
        ("service", "remark", "not-permitted"),
        ("service", "owner_id", "field-not-available"),
        ("service", "nickname", "field-not-available"),
        ("service", "withheld", "field-not-available"),
    ],
)
async def test_only_the_scope_of_the_group_reveals(
    service: Service, by: str, field: str, kind: str
) -> None:
    """A group without the scope stays masked, a hidden one unknown."""
    made = await a_customer(service, phone=a_phone(), remark="likes tea")

    answer = await _reveal(service, made, by, fields=["phone", field])

    assert answer.json()["type"] == f"/problems/{kind}"
    assert made["phone"] not in answer.text


async def test_an_id_number_is_revealed_to_the_officer(service: Service) -> None:
    """What is sensitive is masked for everybody, and shown by the act alone."""
    made = await a_customer(
        service, "data_entry", person_profile={"id_number": "110000190001010012"}
    )
    officer = await service.as_("data_officer")
    path = f"/v1/customers/{made['customer_id']}/person-profile"

    masked = (await officer.get(path)).json()
    shown = await _reveal(service, made, "data_officer", "/person-profile", fields=["id_number"])

    assert (masked["id_number"], masked["withheld"]["id_number"]) == (
        "1****************2",
        "masked",
    )
    assert shown.json()["id_number"] == "110000190001010012"


async def test_a_part_is_revealed_under_its_customer(service: Service) -> None:
    """A contact point in clear; the reason of it is sealed too."""
    phone = a_phone()
    made = await a_customer(service, contact_points=[{"type": "phone", "value": phone}])
    desk = await service.as_("service")
    (point,) = (await desk.get(f"/v1/customers/{made['customer_id']}/contact-points")).json()[
        "items"
    ]

    answer = await _reveal(
        service,
        made,
        "service",
        f"/contact-points/{point['contact_point_id']}",
        fields=["value"],
        reason="a reason",
    )

    assert (point["value"][-4:], answer.json()["value"]) == (phone[-4:], phone)
    (line,) = await service.lines_of(answer)
    assert line["reason"]


async def test_what_is_not_there_reveals_nothing(service: Service) -> None:
    """An unknown customer, and a part of another one."""
    made, other = await a_customer(service), await a_customer(service)
    client = await service.as_("service")
    await (await service.as_("sales")).post(
        f"/v1/customers/{made['customer_id']}/notes", json={"text": "x"}
    )
    (note,) = (await client.get(f"/v1/customers/{made['customer_id']}/notes")).json()["items"]

    unknown = await _reveal(service, {"customer_id": "01890000-0000-7000-8000-000000000000"})
    foreign = await _reveal(
        service, other, "data_officer", f"/notes/{note['note_id']}", fields=["text"]
    )

    assert (unknown.status_code, foreign.status_code) == (404, 404)
