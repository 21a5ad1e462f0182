"""Tests of what a customer owns, through the API: added, shown, changed and removed, each alike."""

from typing import Any

import httpx
import orjson
import pytest

from app.core.records import Record
from app.features.customers.models import (
    Address,
    ContactPoint,
    Note,
    OrganizationProfile,
    PersonProfile,
)
from tests.features.customers.builders import a_customer
from tests.service import Service

SEEN = {"If-Match": "*"}
ADDRESS = {"type": "home", "line": "示例路 1 号", "postcode": "200000", "city": "上海"}
NEW: dict[str, dict[str, Any]] = {
    "contact-points": {"type": "email", "value": "wang@example.com", "label": "work"},
    "addresses": ADDRESS,
    "notes": {"text": "Asks for a call back.\nIn the morning.", "is_pinned": True},
    "external-ids": {"system": "erp", "value": "K-1"},
}
KEYS = {
    "contact-points": "contact_point_id",
    "addresses": "address_id",
    "notes": "note_id",
    "external-ids": "external_id",
}
CHANGES = {
    "contact-points": {"label": "home"},
    "addresses": {"city": "北京"},
    "notes": {"text": "x"},
}
NOWHERE = "01890000-0000-7000-8000-000000000000"


async def _add(
    service: Service, part: str, values: dict[str, Any] | None = None, by: str = "sales"
) -> tuple[str, httpx.Response]:
    made = await a_customer(service)
    path = f"/v1/customers/{made['customer_id']}/{part}"
    values = values or {
        **NEW[part],
        **({"value": made["customer_id"]} if "external" in part else {}),
    }
    return path, await (await service.as_(by)).post(path, json=values)


@pytest.mark.parametrize("part", NEW)
async def test_a_part_is_added_and_shown(service: Service, part: str) -> None:
    """The answer to adding it is what its address shows from then on, ETag and all."""
    path, added = await _add(service, part)
    client = await service.as_("sales")

    shown = await client.get(added.headers["location"])
    listed = await client.get(path)

    assert added.status_code == 201
    assert added.headers["location"] == f"{path}/{added.json()[KEYS[part]]}"
    assert shown.headers["etag"] == added.headers["etag"]
    assert {k: v for k, v in added.json().items() if k != "possible_duplicates"} == shown.json()
    assert listed.json() == {"items": [shown.json()], "next_cursor": None, "has_more": False}


@pytest.mark.parametrize("part", CHANGES)
async def test_a_part_is_changed(service: Service, part: str) -> None:
    """A merge patch needs the state it starts from; its answer is the new state."""
    _, added = await _add(service, part)
    client, path = await service.as_("sales"), added.headers["location"]
    etag = {"If-Match": added.headers["etag"]}

    missing = await client.patch(path, json=CHANGES[part])
    changed = await client.patch(path, json=CHANGES[part], headers=etag)
    stale = await client.patch(path, json=CHANGES[part], headers=etag)

    assert [missing.status_code, changed.status_code, stale.status_code] == [428, 200, 412]
    assert stale.headers["etag"] == changed.headers["etag"]
    assert (await client.get(path)).headers["etag"] == changed.headers["etag"]
    assert changed.json() | CHANGES[part] == changed.json()


@pytest.mark.parametrize("part", NEW)
async def test_a_part_is_removed(service: Service, part: str) -> None:
    """Removing needs the state, and happens once."""
    path, added = await _add(service, part)
    client, one = await service.as_("sales"), added.headers["location"]

    missing = await client.delete(one)
    removed = await client.delete(one, headers={"If-Match": added.headers["etag"]})
    again = await client.delete(one, headers=SEEN)

    assert [missing.status_code, removed.status_code, again.status_code] == [428, 204, 404]
    assert removed.content == b""
    assert "content-length" not in removed.headers
    assert (await client.get(path)).json()["items"] == []


@pytest.mark.parametrize("part", NEW)
async def test_a_part_out_of_reach_is_not_there(service: Service, part: str) -> None:
    """Whoever does not reach the customer reaches none of its parts, by no method."""
    path, added = await _add(service, part)
    south, one = await service.as_("sales_south"), added.headers["location"]

    answers = [
        await south.get(path),
        await south.post(path, json=NEW[part]),
        await south.get(one),
        await south.delete(one, headers=SEEN),
    ]
    if part in CHANGES:
        answers.append(await south.patch(one, json=CHANGES[part], headers=SEEN))

    assert {answer.status_code for answer in answers} == {404}
    assert (await (await service.as_("sales")).get(one)).headers["etag"] == added.headers["etag"]


@pytest.mark.parametrize("part", NEW)
async def test_a_part_of_another_customer_is_not_there(service: Service, part: str) -> None:
    """A part is found under its own customer only."""
    _, added = await _add(service, part)
    other = await a_customer(service)
    client = await service.as_("sales")
    key = added.json()[KEYS[part]]

    answers = [
        await client.get(f"/v1/customers/{other['customer_id']}/{part}/{key}"),
        await client.get(f"/v1/customers/{NOWHERE}/{part}/{key}"),
        await client.get(f"/v1/customers/{NOWHERE}/{part}"),
        await client.post(f"/v1/customers/{NOWHERE}/{part}", json=NEW[part]),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


NEEDED = [
    ("contact-points", "type"),
    ("contact-points", "value"),
    ("addresses", "type"),
    ("addresses", "line"),
    ("notes", "text"),
]


@pytest.mark.parametrize(("part", "name"), NEEDED)
async def test_what_a_part_needs_is_not_emptied(service: Service, part: str, name: str) -> None:
    """A new part must bring it, and null does not take it away."""
    _, added = await _add(service, part)
    client, path = await service.as_("sales"), added.headers["location"]
    less = {key: value for key, value in NEW[part].items() if key != name}

    missing = await client.post(path.rsplit("/", 1)[0], json=less)
    emptied = await client.patch(path, json={name: None}, headers=SEEN)

    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (422, "missing")
    assert (emptied.status_code, emptied.json()["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_null_empties_what_may_be_empty(service: Service) -> None:
    """A merge patch tells an emptied member from one left out."""
    _, added = await _add(service, "addresses")
    client, path = await service.as_("sales"), added.headers["location"]

    emptied = await client.patch(path, json={"postcode": None, "city": None}, headers=SEEN)

    assert (emptied.json()["postcode"], emptied.json()["city"]) == (None, None)
    assert emptied.json()["line"] == ADDRESS["line"]


EXAMPLES: list[tuple[str, str, type[Record]]] = [
    ("organization", "organization-profile", OrganizationProfile),
    ("person", "person-profile", PersonProfile),
    ("person", "contact-points", ContactPoint),
    ("person", "addresses", Address),
    ("person", "notes", Note),
]


@pytest.mark.parametrize(("kind", "part", "record"), EXAMPLES, ids=[e[1] for e in EXAMPLES])
async def test_every_member_keeps_its_value(
    service: Service, kind: str, part: str, record: type[Record]
) -> None:
    """The answer to a change and what is shown afterwards are the same bytes, for every member."""
    made = await a_customer(service, "data_officer", kind=kind, name="示例")
    client = await service.as_("data_officer")
    path = f"/v1/customers/{made['customer_id']}/{part}"
    values = {n: e.kind.example for n, e in record.fields.items() if not e.owned}
    values |= {"type": "email", "value": "li@example.com"} if part == "contact-points" else {}
    if "parent_id" in values:
        values["parent_id"] = (await a_customer(service, "data_officer"))["customer_id"]

    if record.single:
        changed = await client.patch(path, json=values, headers=SEEN)
    else:
        changed = await client.post(path, json=values)
        path = changed.headers["location"]

    assert changed.status_code in {200, 201}, changed.text
    shown = await client.get(path)
    assert shown.headers["etag"] == changed.headers["etag"]
    assert {n: shown.json()[n] for n in values if shown.json()["withheld"].get(n) is None} == {
        n: v for n, v in values.items() if shown.json()["withheld"].get(n) is None
    }


async def test_a_profile_is_its_kinds(service: Service) -> None:
    """A person has no profile of an organisation, and the other way round."""
    person = await a_customer(service)
    company = await a_customer(service, kind="organization", name="示例商贸")
    client = await service.as_("sales")

    answers = [
        await client.get(f"/v1/customers/{person['customer_id']}/organization-profile"),
        await client.get(f"/v1/customers/{company['customer_id']}/person-profile"),
        await client.patch(
            f"/v1/customers/{company['customer_id']}/person-profile",
            json={"gender": "male"},
            headers=SEEN,
        ),
    ]
    mismatched = await client.post(
        "/v1/customers",
        json={"kind": "person", "name": "王小明", "organization_profile": {"headcount": 3}},
    )

    assert [answer.status_code for answer in answers] == [404] * 3
    assert mismatched.json()["type"] == "/problems/profile-mismatch"


async def test_a_part_list_takes_no_include(service: Service) -> None:
    """Names that would do nothing are refused."""
    made = await a_customer(service)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"

    answers = [
        await client.get(f"{path}/notes?include=addresses"),
        await client.get(f"{path}?tier=A"),
        await client.get(f"{path}/person-profile?include=notes"),
        await client.post(f"{path}/notes?dry_run=true", json=NEW["notes"]),
        await client.patch(f"{path}?fields=tier", json={"tier": "A"}, headers=SEEN),
    ]

    assert {answer.json()["type"] for answer in answers} == {"/problems/field-not-available"}
    assert (await client.get(f"{path}/notes")).json()["items"] == []


@pytest.mark.parametrize("part", NEW)
async def test_what_is_added_is_on_record(service: Service, part: str) -> None:
    """The line of a new part names its customer, the members set, and those that were shown."""
    _, added = await _add(service, part)

    (line,) = await service.lines_of(added)

    assert [str(one) for one in line["subjects"]] == [added.json()["customer_id"]]
    assert set(line["changed"]) >= NEW[part].keys()
    disclosed = orjson.loads(line["disclosed"])
    assert disclosed.pop("customers", {}) in ({}, {"customer_id": "read"})
    assert list(disclosed) == [part]


async def test_more_parts_than_fit_are_not_brought_along(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has that many lists them page by page."""
    made = await a_customer(service, contact_points=[{"type": "qq", "value": "10001"}] * 3)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    monkeypatch.setattr("app.features.customers.repository.parts.MOST_ROWS", 2)

    included = await client.get(f"{path}?include=contact_points")
    listed = await client.get(f"{path}/contact-points")

    assert (included.status_code, included.json()["type"]) == (413, "/problems/too-large")
    assert len(listed.json()["items"]) == 3
