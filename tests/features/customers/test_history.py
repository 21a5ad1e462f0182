"""Tests of history: what a record was, in spans that look the same to the reader."""

from typing import Any

import httpx
import pytest

from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

Span = dict[str, Any]


async def _change(service: Service, path: str, *changes: dict[str, Any]) -> None:
    client = await service.as_("data_officer")
    for change in changes:
        answer = await client.patch(path, json=change, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text


async def _history(
    service: Service, customer: dict[str, Any], by: str = "sales", query: str = ""
) -> httpx.Response:
    client = await service.as_(by)
    return await client.get(f"/v1/customers/{customer['customer_id']}/history?{query}")


async def _spans(
    service: Service, customer: dict[str, Any], by: str, query: str = ""
) -> list[Span]:
    answer = await _history(service, customer, by, query)
    assert answer.status_code == 200, answer.text
    spans: list[Span] = answer.json()["items"]
    return spans


async def test_a_new_record_has_one_span(service: Service) -> None:
    """It has held since it was made, and holds still."""
    made = await a_customer(service)

    (span,) = await _spans(service, made, "sales")

    assert (span["valid_from"], span["valid_to"]) == (made["created_at"], None)
    assert (span["changed"], span["changed_by"]) == ([], None)
    shown = {k: v for k, v in made.items() if k != "possible_duplicates"}
    assert span["record"] == shown


async def test_each_visible_change_begins_a_span(service: Service) -> None:
    """Newest first, without gaps, each with the members that changed."""
    made = await a_customer(service, tier="A")
    path = f"/v1/customers/{made['customer_id']}"
    await _change(service, path, {"tier": "B"}, {"tier": "C", "city": "上海"})

    spans = await _spans(service, made, "sales")

    assert [span["record"]["tier"] for span in spans] == ["C", "B", "A"]
    assert [span["changed"] for span in spans] == [["tier", "city"], ["tier"], []]
    assert [span["valid_to"] for span in spans[1:]] == [span["valid_from"] for span in spans[:-1]]
    assert spans[0]["valid_to"] is None


async def test_a_hidden_change_leaves_no_trace(service: Service) -> None:
    """Marketing sees one span over all changes of a phone, sales sees each."""
    made = await a_customer(service, tier="A", phone="+8613900010001")
    path = f"/v1/customers/{made['customer_id']}"
    await _change(service, path, {"phone": "13900020001"}, {"tier": "B"}, {"remark": "x"})

    marketing = await _spans(service, made, "marketing")
    desk = await _spans(service, made, "service")
    sales = await _spans(service, made, "sales")

    assert [span["record"]["tier"] for span in marketing] == ["B", "A"]
    assert [span["changed"] for span in marketing] == [["tier"], []]
    assert [span["record"]["phone"] for span in desk] == ["139****0001"] * len(desk)
    assert [span["changed"] for span in desk] == [["remark"], ["tier"], []]
    assert [span["changed"] for span in sales] == [["remark"], ["tier"], ["phone"], []]


async def test_who_changed_it_is_seen_by_those_who_may(service: Service) -> None:
    """The trace of changes is a group of its own."""
    made = await a_customer(service, tier="A")
    await _change(service, f"/v1/customers/{made['customer_id']}", {"tier": "B"})
    officer = (await (await service.as_("data_officer")).get("/v1/me")).json()["user_id"]

    assert (await _spans(service, made, "sales"))[0]["changed_by"] is None
    assert (await _spans(service, made, "data_officer"))[0]["changed_by"] == officer


async def test_a_moment_picks_its_span(service: Service) -> None:
    """Before it was made there was nothing; a span begins with its first moment."""
    made = await a_customer(service, tier="A")
    await _change(service, f"/v1/customers/{made['customer_id']}", {"tier": "B"}, {"tier": "C"})
    newest, middle, oldest = await _spans(service, made, "sales")

    for span in (newest, middle, oldest):
        at = f"at={span['valid_from']}"
        assert await _spans(service, made, "sales", at) == [span]
    assert await _spans(service, made, "sales", "at=2001-01-01T00:00:00Z") == []
    assert await _spans(service, made, "sales", "at=2101-01-01T00:00:00Z") == [newest]


async def test_a_long_history_has_pages(service: Service) -> None:
    """Every span comes once, also when the record changes in between."""
    made = await a_customer(service)
    path = f"/v1/customers/{made['customer_id']}"
    tiers = ["A", "B", "C", "D", "A", "B"]
    await _change(service, path, *({"tier": tier} for tier in tiers))

    seen: list[str | None] = []
    query = "limit=2"
    while query:
        page = (await _history(service, made, "sales", query)).json()
        seen += [span["record"]["tier"] for span in page["items"]]
        query = f"limit=2&cursor={page['next_cursor']}" if page["has_more"] else ""
        await _change(service, path, {"city": f"city {len(seen)}"})

    assert seen == [*reversed(tiers), None]


@pytest.mark.parametrize(
    ("resource", "part", "change"),
    [
        ("person-profiles", "person-profile", {"hobbies": "tea", "gender": "female"}),
        (
            "organization-profiles",
            "organization-profile",
            {"assets": {"amount": "5.00", "currency": "CNY"}},
        ),
    ],
)
async def test_a_profile_has_a_history(
    service: Service, resource: str, part: str, change: dict[str, Any]
) -> None:
    """Members of every kind come back as they were."""
    kind = resource.split("-", maxsplit=1)[0]
    made = await a_customer(service, kind=kind, name="示例")
    path = f"/v1/customers/{made['customer_id']}/{part}"
    empty = dict.fromkeys(change)
    await _change(service, path, change, empty)

    spans = await _spans(service, made, "sales", f"resource={resource}")

    states = [{name: span["record"][name] for name in change} for span in spans]
    assert states == [empty, change, empty]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("at=yesterday", "malformed"),
        ("at=2026-01-01T00:00:00", "malformed"),
        ("at=99999-01-01T00:00:00Z", "malformed"),
        ("limit=0", "malformed"),
        ("resource=notes", "malformed"),
        ("cursor=x", "cursor-invalid"),
        ("tier=A", "field-not-available"),
        ("at=2026-01-01T00:00:00Z&at=2026-01-01T00:00:00Z", "malformed"),
    ],
)
async def test_what_cannot_be_asked_is_said(service: Service, query: str, kind: str) -> None:
    """Parameters are checked, and unknown ones refused."""
    answer = await _history(service, await a_customer(service), "sales", query)

    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{kind}")


async def test_a_history_out_of_reach_is_not_there(service: Service) -> None:
    """Neither the customer's nor a profile's, nor that of a profile it cannot have."""
    made = await a_customer(service, phone=a_phone())

    answers = [
        await _history(service, made, "sales_south"),
        await _history(service, made, "sales_south", "resource=person-profiles"),
        await _history(service, made, "sales", "resource=organization-profiles"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_reading_a_history_is_on_record(service: Service) -> None:
    """The line names the customer and the fields."""
    made = await a_customer(service)

    answer = await _history(service, made, "service")

    (line,) = await service.lines_of(answer)
    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]
    assert '"phone":"masked"' in line["disclosed"]
