"""Row conditions and joined roles: every way to read shows of each row what is granted for it."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core.access import Decision
from app.features.customers.models import Customer
from tests.journeys.matrix.cells import slug
from tests.journeys.rows.clerks import Clerk, Values, every_clerk
from tests.journeys.rows.scene import Scene

OTHER = "+8619944440001"
LEFT_OUT = {name for name, entry in Customer.fields.items() if not entry.listed}


def _listed(view: Values) -> Values:
    """Leave out what lists leave out."""
    withheld = {n: word for n, word in view["withheld"].items() if n not in LEFT_OUT}
    return {n: v for n, v in view.items() if n not in LEFT_OUT} | {"withheld": withheld}


def _expected(scene: Scene, clerk: Clerk, *names: str) -> set[str]:
    """Return the customers that are there when these fields are used."""
    return {
        customer_id
        for customer_id, stored in scene.stored.items()
        if clerk.reaches(stored)
        and all(clerk.decision(stored, Customer.fields[n]) is Decision.SHOW for n in names)
    }


async def _found(clerk: Clerk, **asked: Any) -> list[Values]:
    answer = await clerk.client.get("/v1/customers", params={"limit": 200, **asked})
    assert answer.status_code == 200, answer.text
    items: list[Values] = answer.json()["items"]
    return items


def _ids(items: list[Values]) -> set[str]:
    return {item["customer_id"] for item in items}


@every_clerk
async def test_each_customer_shows_what_is_granted_for_it(scene: Scene, name: str) -> None:
    """In clear, masked or withheld, row by row; out of every condition it is not there."""
    clerk = scene.clerks[name]
    seen = set()
    for customer_id, stored in scene.stored.items():
        answer = await clerk.client.get(f"/v1/customers/{customer_id}")
        if not clerk.reaches(stored):
            assert slug(answer) == "not-found"
            continue
        shown, expected = answer.json(), clerk.view(stored)
        assert {member: shown[member] for member in expected} == expected
        seen.add(str(expected["withheld"]))
    assert len(seen) >= 2


@every_clerk
async def test_lists_show_the_same(scene: Scene, name: str) -> None:
    """Whole, and each member alone."""
    clerk = scene.clerks[name]

    items = {item["customer_id"]: item for item in await _found(clerk)}

    assert set(items) == _expected(scene, clerk)
    for customer_id, item in items.items():
        assert item == _listed(clerk.view(scene.stored[customer_id]))
    for member in ("tier", "phone", "first_trade_on", "address"):
        answer = await clerk.client.get("/v1/customers", params={"fields": member, "limit": 200})
        for item in answer.json().get("items", ()):
            assert item[member] == clerk.view(scene.stored[item["customer_id"]])[member]


@every_clerk
@pytest.mark.parametrize(
    ("asked", "used", "fits"),
    [
        ({"tier": "A"}, ("tier",), lambda s: s["tier"] == "A"),
        ({"tier.null": "true"}, ("tier",), lambda s: s["tier"] is None),
        ({"tier.ne": "A"}, ("tier",), lambda s: s["tier"] != "A"),
        ({"first_trade_on.gte": "1990-01-01"}, ("first_trade_on",), lambda _: True),
        ({"first_trade_on.lt": "1990-01-01"}, ("first_trade_on",), lambda _: False),
        ({"city.null": "false", "tier": "B"}, ("city", "tier"), lambda s: s["tier"] == "B"),
    ],
    ids=["equal", "null", "not-equal", "range", "empty-range", "two"],
)
async def test_a_filter_finds_rows_in_which_its_fields_are_seen(
    scene: Scene, name: str, asked: Values, used: tuple[str, ...], fits: Callable[[Values], bool]
) -> None:
    """A row in which a compared field is hidden is not there, whatever it holds."""
    clerk = scene.clerks[name]
    expected = {one for one in _expected(scene, clerk, *used) if fits(scene.stored[one])}

    items = await _found(clerk, **asked)
    counted = await clerk.client.get("/v1/customers", params={**asked, "count": "exact"})

    assert _ids(items) == expected
    assert counted.json()["count"] == len(expected)


@every_clerk
async def test_an_order_shows_rows_in_which_its_fields_are_seen(scene: Scene, name: str) -> None:
    """Page by page."""
    clerk, found, cursor = scene.clerks[name], [], None
    while True:
        asked = {"sort": "-tier,city", "limit": "3", **({"cursor": cursor} if cursor else {})}
        page = (await clerk.client.get("/v1/customers", params=asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert _ids(found) == _expected(scene, clerk, "tier", "city")
    assert len(found) == len(_ids(found))


@every_clerk
async def test_search_finds_by_what_is_seen(scene: Scene, name: str) -> None:
    """By part of a name where the name is seen; by a whole phone where it is not hidden."""
    clerk = scene.clerks[name]
    by_name = await clerk.client.post("/v1/customers/search", json={"q": "row", "limit": 200})
    found = set()
    for customer_id, stored in scene.stored.items():
        tree = {"field": "phone", "op": "eq", "value": stored["phone"]}
        answer = await clerk.client.post("/v1/customers/search", json={"filter": tree})
        assert _ids(answer.json()["items"]) <= {customer_id}
        found |= _ids(answer.json()["items"])

    phone = Customer.fields["phone"]
    assert _ids(by_name.json()["items"]) == _expected(scene, clerk, "name")
    assert found == {
        one
        for one, stored in scene.stored.items()
        if clerk.decision(stored, phone) is not Decision.HIDE
    }


@every_clerk
async def test_the_line_says_the_clearest_that_was_shown(scene: Scene, name: str) -> None:
    """Of all rows of a page together."""
    clerk = scene.clerks[name]
    answer = await clerk.client.get("/v1/customers", params={"limit": 200})
    (line,) = await scene.service.lines_of(answer)

    views = [clerk.view(scene.stored[one]) for one in _ids(answer.json()["items"])]
    anywhere = {m for view in views for m in Customer.fields if view["withheld"].get(m) != "hidden"}
    clear = {m for view in views for m in Customer.fields if m not in view["withheld"]}
    for member in anywhere - LEFT_OUT:
        assert f'"{member}":"{"read" if member in clear else "masked"}"' in line["disclosed"]
    assert {str(one) for one in line["subjects"]} == _ids(answer.json()["items"])


@every_clerk
async def test_history_shows_what_is_granted_today(scene: Scene, name: str) -> None:
    """A change of what is hidden in this row leaves no trace in it."""
    clerk, officer = scene.clerks[name], await scene.service.as_("data_officer")
    for customer_id, stored in scene.stored.items():
        for value in (OTHER, stored["phone"]):
            path, every = f"/v1/customers/{customer_id}", {"If-Match": "*"}
            changed = await officer.patch(path, json={"phone": value}, headers=every)
            assert changed.status_code == 200
        history = await clerk.client.get(f"/v1/customers/{customer_id}/history")
        if not clerk.reaches(stored):
            assert slug(history) == "not-found"
            continue
        spans = history.json()["items"]
        looks = [clerk.view({**stored, "phone": one})["phone"] for one in (OTHER, stored["phone"])]
        assert {span["record"]["phone"] for span in spans} == set(looks)
        assert (len(spans) == 1) is (looks[0] == looks[1])
