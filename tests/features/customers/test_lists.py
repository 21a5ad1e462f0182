"""Tests of lists: filters, orders, counts, sparse members and parts, page by page."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core.records import Record
from app.features.customers.models import ContactPoint, Customer
from tests.features.customers.builders import a_customer
from tests.service import Service

Item = dict[str, Any]
SOURCE = "lists-of-tests"
NOT_LISTED = {"address", "postcode", "remark"}
ROWS: list[Item] = [
    {"tier": "A", "city": "上海", "first_trade_on": "2024-01-01"},
    {"tier": "A", "city": "上海", "last_interaction_at": "2026-01-02T03:04:05.678901Z"},
    {"tier": "A", "city": None},
    {"tier": "B", "city": "北京", "first_trade_on": "2025-01-01"},
    {"tier": "B", "city": "上_海", "country": "CN"},
    {"tier": "C", "city": "上%海", "first_trade_on": "2024-01-01", "country": "DE"},
    {"city": "重庆", "last_interaction_at": "2025-12-31T23:59:59+08:00"},
    {},
    {"city": "上\\海"},
]


def _sortable(record: type[Record]) -> list[str]:
    fields = record.fields.items()
    return [n for n, e in fields if not e.is_sealed and "eq" in e.kind.operators]


async def _rows(service: Service) -> list[Item]:
    """Make the rows once, and return them newest first."""
    client = await service.as_("data_officer")
    path = f"/v1/customers?source={SOURCE}&limit=200"
    items: list[Item] = (await client.get(path)).json()["items"]
    if not items:
        for values in ROWS:
            await a_customer(service, source=SOURCE, **values)
        items = (await client.get(path)).json()["items"]
    return items


async def _listed(service: Service, query: str, by: str = "data_officer") -> list[Item]:
    client = await service.as_(by)
    answer = await client.get(f"/v1/customers?source={SOURCE}&{query}")
    assert answer.status_code == 200, answer.text
    items: list[Item] = answer.json()["items"]
    return items


async def _paged(service: Service, path: str, limit: int, by: str = "data_officer") -> list[Item]:
    client = await service.as_(by)
    items: list[Item] = []
    cursor = ""
    while True:
        page = (await client.get(f"{path}&limit={limit}{cursor}")).json()
        items += page["items"]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            return items
        assert len(page["items"]) == limit
        cursor = f"&cursor={page['next_cursor']}"


def _key(name: str) -> Callable[[Item], tuple[bool, Any]]:
    return lambda item: (item[name] is None, item[name] or "")


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", _sortable(Customer))
async def test_every_order_pages_without_gap_or_double(
    service: Service, name: str, sign: str
) -> None:
    """In either direction, with empty members last going up and first going down."""
    rows = await _rows(service)

    whole = await _listed(service, f"sort={sign}{name}")
    paged = await _paged(service, f"/v1/customers?source={SOURCE}&sort={sign}{name}", 2)

    assert [one["customer_id"] for one in paged] == [one["customer_id"] for one in whole]
    assert {one["customer_id"] for one in paged} == {one["customer_id"] for one in rows}
    values = [one[name] for one in whole]
    assert values == sorted(values, key=lambda v: (v is None, v or ""), reverse=sign == "-")


@pytest.mark.parametrize(
    "sort", ["tier,city", "-tier,city", "tier,-city", "-tier,-city", "country,tier,-first_trade_on"]
)
async def test_an_order_of_several_keys_pages_too(service: Service, sort: str) -> None:
    """Each key in its own direction, empty members in between."""
    await _rows(service)

    whole = await _listed(service, f"sort={sort}")
    paged = await _paged(service, f"/v1/customers?source={SOURCE}&sort={sort}", 1)

    assert [one["customer_id"] for one in paged] == [one["customer_id"] for one in whole]
    expected = list(whole)
    for key in reversed(sort.split(",")):
        name = key.removeprefix("-")
        expected.sort(key=_key(name), reverse=key.startswith("-"))
    assert [one["customer_id"] for one in expected] == [one["customer_id"] for one in whole]


FILTERS: list[tuple[str, Callable[[Item], bool]]] = [
    ("tier=A", lambda one: one["tier"] == "A"),
    ("tier.eq=A", lambda one: one["tier"] == "A"),
    ("tier.ne=A", lambda one: one["tier"] != "A"),
    ("tier.in=A,B", lambda one: one["tier"] in {"A", "B"}),
    ("tier.null=true", lambda one: one["tier"] is None),
    ("tier.null=false", lambda one: one["tier"] is not None),
    ("city.prefix=上", lambda one: (one["city"] or "").startswith("上")),
    ("city.prefix=上_", lambda one: (one["city"] or "").startswith("上_")),
    ("city.prefix=上%25", lambda one: (one["city"] or "").startswith("上%")),
    ("city.prefix=上%5C", lambda one: (one["city"] or "").startswith("上\\")),
    ("city.in=上海,北京", lambda one: one["city"] in {"上海", "北京"}),
    ("first_trade_on=2024-01-01", lambda one: one["first_trade_on"] == "2024-01-01"),
    ("first_trade_on.lt=2025-01-01", lambda one: (one["first_trade_on"] or "9") < "2025"),
    ("first_trade_on.lte=2025-01-01", lambda one: (one["first_trade_on"] or "9") <= "2025-01-01"),
    ("first_trade_on.gt=2024-01-01", lambda one: (one["first_trade_on"] or "") > "2024-01-01"),
    ("first_trade_on.gte=2024-01-01", lambda one: one["first_trade_on"] is not None),
    (
        "last_interaction_at.gt=2026-01-02T00:00:00%2B08:00",
        lambda one: (one["last_interaction_at"] or "") > "2026-01-01T16",
    ),
    ("tier=A&city=上海", lambda one: (one["tier"], one["city"]) == ("A", "上海")),
    ("tier.ne=A&tier.ne=B", lambda one: one["tier"] not in {"A", "B"}),
    ("tier=' or 1=1 --", lambda _: False),
]


@pytest.mark.parametrize(("query", "holds"), FILTERS, ids=[query for query, _ in FILTERS])
async def test_every_operator_filters(
    service: Service, query: str, holds: Callable[[Item], bool]
) -> None:
    """A list shows exactly the rows for which its comparisons hold, and counts them."""
    rows = await _rows(service)
    client = await service.as_("data_officer")

    answer = await client.get(f"/v1/customers?source={SOURCE}&{query}&count=exact")

    if "'" in query:
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "choice-unknown")
        return
    expected = [one["customer_id"] for one in rows if holds(one)]
    assert [one["customer_id"] for one in answer.json()["items"]] == expected
    assert answer.json()["count"] == len(expected)


async def test_a_count_knows_no_page(service: Service) -> None:
    """The count is of all rows, however few are shown; without asking there is none."""
    rows = await _rows(service)
    client = await service.as_("data_officer")
    path = f"/v1/customers?source={SOURCE}&limit=1"

    counted = (await client.get(f"{path}&count=exact")).json()
    estimated = (await client.get(f"{path}&count=estimated")).json()
    plain = (await client.get(path)).json()

    assert (counted["count"], len(counted["items"])) == (len(rows), 1)
    assert isinstance(estimated["count"], int)
    assert plain.get("count") is None


async def test_a_count_keeps_within_reach(service: Service) -> None:
    """Another department counts none of them, by either way."""
    await _rows(service)

    for way in ("exact", "estimated"):
        client = await service.as_("sales_south")
        answer = await client.get(f"/v1/customers?source={SOURCE}&count={way}")
        assert (answer.json()["count"], answer.json()["items"]) == (0, [])


async def test_sparse_rows_hold_what_was_asked_for(service: Service) -> None:
    """Nothing but the members named and the id, whatever the order needs."""
    await _rows(service)

    items = await _listed(service, "fields=tier,city&sort=-first_trade_on&limit=3")
    one = await (await service.as_("data_officer")).get(
        f"/v1/customers/{items[0]['customer_id']}?fields=tier"
    )

    assert all(item.keys() == {"customer_id", "tier", "city", "withheld"} for item in items)
    assert one.json().keys() == {"customer_id", "tier", "withheld"}
    assert "etag" not in one.headers


async def test_parts_come_along(service: Service) -> None:
    """`include` brings each row's parts, and an empty list where there are none."""
    made = await a_customer(
        service,
        source=f"{SOURCE}-included",
        contact_points=[{"type": "qq", "value": "10001"}, {"type": "qq", "value": "10002"}],
        addresses=[{"type": "home", "line": "示例路 1 号"}],
    )
    client = await service.as_("sales")
    parts = "person_profile,organization_profile,contact_points,addresses,notes,relationships"

    listed = await client.get(f"/v1/customers?source={SOURCE}-included&include={parts}")
    alone = await client.get(f"/v1/customers/{made['customer_id']}?include={parts}")

    (item,) = listed.json()["items"]
    assert item == {name: value for name, value in alone.json().items() if name not in NOT_LISTED}
    assert [point["value"] for point in item["contact_points"]] == ["10001", "10002"]
    assert (item["notes"], item["relationships"], item["organization_profile"]) == ([], [], None)
    assert item["person_profile"]["customer_id"] == made["customer_id"]


async def test_what_a_list_leaves_out_is_not_disclosed(service: Service) -> None:
    """Whoever pages through customers has not seen their addresses; who asks for them has."""
    made = await a_customer(service, source=f"{SOURCE}-short", address="示例路 1 号", remark="Hi")
    client, officer = await service.as_("sales"), await service.as_("data_officer")
    path = f"/v1/customers?source={SOURCE}-short"

    (short,) = (await client.get(path)).json()["items"]
    (asked,) = (await client.get(f"{path}&fields=address")).json()["items"]
    log = await officer.get(f"/v1/customers/{made['customer_id']}/access-log")
    later, earlier = [line["fields"]["customers"] for line in log.json()["items"][:2]]
    assert NOT_LISTED.isdisjoint({*short, *earlier})
    assert asked["address"] == "示例路 1 号"
    assert later == {"address": "read", "customer_id": "read"}


async def test_what_comes_along_is_not_taken_for_unchanged(service: Service) -> None:
    """The ETag speaks for the record alone, so with its parts it is always sent whole."""
    made = await a_customer(service)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    held = {"If-None-Match": (await client.get(path)).headers["etag"]}

    assert (await client.get(path, headers=held)).status_code == 304
    assert (await client.get(path, headers={"If-None-Match": "*"})).status_code == 304
    assert (await client.get(f"{path}?include=notes", headers=held)).status_code == 200


@pytest.mark.parametrize("include", ["nickname", "notes,", "Notes", "person_profile,withheld"])
async def test_unknown_parts_are_refused(service: Service, include: str) -> None:
    """A part that does not exist is an unknown name."""
    client = await service.as_("sales")

    answer = await client.get(f"/v1/customers?include={include}")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/field-not-available")


async def test_a_row_added_meanwhile_does_not_shift_the_pages(service: Service) -> None:
    """New rows come first and are not seen again; nothing is shown twice."""
    made = await a_customer(service, contact_points=[{"type": "qq", "value": "10001"}] * 3)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}/contact-points"
    first = (await client.get(f"{path}?limit=2")).json()
    await client.post(path, json={"type": "qq", "value": "10003"})

    second = (await client.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()

    keys = [one["contact_point_id"] for one in first["items"] + second["items"]]
    assert len(keys) == len(set(keys)) == 3


@pytest.mark.parametrize("name", _sortable(ContactPoint))
async def test_parts_are_sorted_too(service: Service, name: str) -> None:
    """Every order of a part's list pages as the customers' does."""
    made = await a_customer(service)
    client = await service.as_("data_officer")
    path = f"/v1/customers/{made['customer_id']}/contact-points"
    for values in ({"label": "b"}, {"is_primary": True}, {"label": "a", "is_primary": False}, {}):
        await client.post(path, json={"type": "qq", "value": "10001", **values})

    whole = (await client.get(f"{path}?sort=-{name}")).json()["items"]
    paged = await _paged(service, f"{path}?sort=-{name}", 1)

    assert paged == whole
    assert len(whole) == 4


async def test_customers_are_filtered_by_their_profiles(service: Service) -> None:
    """Open members of a profile narrow a list and a search; an order they do not make."""
    source = f"{SOURCE}-profiles"
    for gender in ("female", "male", None):
        await a_customer(service, source=source, person_profile={"gender": gender})
    client = await service.as_("sales")
    tree = {
        "all": [
            {"field": "gender", "op": "null", "value": True},
            {"field": "source", "value": source},
        ]
    }

    listed = await client.get(f"/v1/customers?source={source}&gender.in=female,male&count=exact")
    searched = await client.post("/v1/customers/search", json={"filter": tree})
    sorted_by = await client.get("/v1/customers?sort=gender")
    sealed = await client.get("/v1/customers?education=x")

    assert (listed.json()["count"], len(listed.json()["items"])) == (2, 2)
    assert len(searched.json()["items"]) == 1
    assert sorted_by.json()["type"] == "/problems/field-not-available"
    assert sealed.json()["type"] == "/problems/operator-not-available"
