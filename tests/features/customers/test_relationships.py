"""Tests of relationships, which stand under both customers, and of ids in other systems."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, create
from tests.service import Service

SEEN = {"If-Match": "*"}
NOWHERE = "01890000-0000-7000-8000-000000000000"


def _path(customer: dict[str, Any], part: str = "relationships") -> str:
    return f"/v1/customers/{customer['customer_id']}/{part}"


async def _tie(
    service: Service, near: dict[str, Any], far: dict[str, Any], by: str = "sales", **values: Any
) -> httpx.Response:
    client = await service.as_(by)
    sent = {"other_id": far["customer_id"], "type": "employee", "title": "Buyer", **values}
    return await client.post(_path(near), json=sent)


async def test_a_tie_stands_under_both(service: Service) -> None:
    """From the other side it has the same id, and the other direction."""
    near, far = await a_customer(service), await a_customer(service)
    client = await service.as_("sales")

    tied = (await _tie(service, near, far)).json()
    mirror = (await client.get(f"{_path(far)}/{tied['relationship_id']}")).json()

    assert (tied["direction"], mirror["direction"]) == ("outgoing", "incoming")
    assert (mirror["customer_id"], mirror["other_id"]) == (far["customer_id"], near["customer_id"])
    assert (mirror["type"], mirror["title"]) == ("employee", "Buyer")
    assert [one["relationship_id"] for one in (await client.get(_path(far))).json()["items"]] == [
        tied["relationship_id"]
    ]


async def test_a_changed_tie_changes_under_both(service: Service) -> None:
    """What is said of a tie is the same from either side; each change leaves its line."""
    near, far = await a_customer(service), await a_customer(service)
    client = await service.as_("sales")
    tied = await _tie(service, near, far)
    path = tied.headers["location"]

    changed = await client.patch(
        path, json={"title": "Head buyer", "valid_to": "2026-12-31", "note": "moved"}, headers=SEEN
    )
    mirror = await client.get(f"{_path(far)}/{tied.json()['relationship_id']}")

    assert changed.status_code == 200
    for name in ("title", "valid_to", "note", "type"):
        assert mirror.json()[name] == changed.json()[name]
    assert mirror.json()["direction"] == "incoming"
    assert (await client.get(path)).headers["etag"] == changed.headers["etag"]
    touched = {str(one) for line in await service.lines_of(changed) for one in line["subjects"]}
    assert touched == {near["customer_id"], far["customer_id"]}


async def test_a_stale_change_of_a_tie_changes_neither_side(service: Service) -> None:
    """412 from one side, and the other stays as it was."""
    near, far = await a_customer(service), await a_customer(service)
    client = await service.as_("sales")
    tied = await _tie(service, near, far)
    mirror = f"{_path(far)}/{tied.json()['relationship_id']}"
    before = (await client.get(mirror)).headers["etag"]

    stale = await client.patch(
        tied.headers["location"], json={"title": "x"}, headers={"If-Match": '"old"'}
    )

    assert stale.status_code == 412
    assert (await client.get(mirror)).headers["etag"] == before


async def test_an_untied_tie_is_gone_from_both(service: Service) -> None:
    """Removing it on one side removes it on the other, and each has its line."""
    near, far = await a_customer(service), await a_customer(service)
    client = await service.as_("sales")
    tied = await _tie(service, near, far)
    mirror = f"{_path(far)}/{tied.json()['relationship_id']}"

    removed = await client.delete(mirror, headers=SEEN)

    assert removed.status_code == 204
    assert (await client.get(tied.headers["location"])).status_code == 404
    assert (await client.get(mirror)).status_code == 404
    assert len(await service.lines_of(removed)) == 2


@pytest.mark.parametrize("values", [{"other_id": NOWHERE}, {"direction": "incoming"}])
async def test_whom_a_tie_joins_stays(service: Service, values: dict[str, str]) -> None:
    """The other customer and the direction are read, not written."""
    tied = await _tie(service, await a_customer(service), await a_customer(service))
    client = await service.as_("sales")

    answer = await client.patch(tied.headers["location"], json=values, headers=SEEN)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/field-read-only")


async def test_a_tie_joins_two_customers_within_reach(service: Service) -> None:
    """Not itself, not one that is out of reach, not one that is not there."""
    near = await a_customer(service)
    far = await a_customer(service, "sales_south")

    itself = await _tie(service, near, near)
    beyond = await _tie(service, near, far)
    nowhere = await _tie(service, near, {"customer_id": NOWHERE})
    no_id = await _tie(service, near, {"customer_id": "x"})

    assert itself.json()["type"] == "/problems/tied-to-itself"
    assert (beyond.status_code, nowhere.status_code, no_id.status_code) == (404, 404, 422)
    assert (await (await service.as_("sales")).get(_path(near))).json()["items"] == []


async def test_a_tie_beyond_reach_leaves_no_trace(service: Service) -> None:
    """Whoever does not reach the other customer sees no tie: listed, counted, included or alone."""
    near, far = await a_customer(service), await a_customer(service, "sales_south")
    tied = await _tie(service, near, far, "data_officer")
    sales = await service.as_("sales")
    customer = f"/v1/customers/{near['customer_id']}"
    path = tied.headers["location"]

    listed = (await sales.get(f"{_path(near)}?count=exact&limit=1")).json()
    included = (await sales.get(f"{customer}?include=relationships")).json()
    alone = [
        await sales.get(path),
        await sales.patch(path, json={"title": "x"}, headers=SEEN),
        await sales.delete(path, headers=SEEN),
    ]

    assert listed == {"items": [], "next_cursor": None, "has_more": False, "count": 0}
    assert included["relationships"] == []
    assert [answer.status_code for answer in alone] == [404] * 3
    officer = await service.as_("data_officer")
    assert (await officer.get(f"{_path(near)}?count=exact")).json()["count"] == 1


async def test_ties_are_listed_page_by_page(service: Service) -> None:
    """A list of ties pages like any other."""
    near = await a_customer(service)
    for _ in range(5):
        await _tie(service, near, await a_customer(service))
    client = await service.as_("sales")

    seen, path = [], f"{_path(near)}?limit=2"
    while path:
        page = (await client.get(path)).json()
        seen += [one["relationship_id"] for one in page["items"]]
        path = f"{_path(near)}?limit=2&cursor={page['next_cursor']}" if page["has_more"] else ""

    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


async def _claim(service: Service, value: str, by: str = "sales") -> httpx.Response:
    customer = await a_customer(service, by)
    client = await service.as_(by)
    return await client.post(
        _path(customer, "external-ids"), json={"system": "erp", "value": value}
    )


async def test_an_id_belongs_to_one_customer(service: Service) -> None:
    """One system gives an id once; another system may give the same one."""
    value = str(new_id())
    first, second = await _claim(service, value), await _claim(service, value, "sales_south")

    other = await (await service.as_("sales")).post(
        first.headers["location"].rsplit("/", 1)[0], json={"system": "shop", "value": value}
    )

    assert (first.status_code, other.status_code) == (201, 201)
    assert (second.status_code, second.json()["type"]) == (409, "/problems/external-id-taken")


async def test_a_removed_id_is_free_again(service: Service) -> None:
    """Giving up an id lets another customer have it; an id itself is not changed."""
    value = str(new_id())
    first = await _claim(service, value)
    client = await service.as_("sales")

    changed = await client.patch(first.headers["location"], json={"value": "x"}, headers=SEEN)
    stale = await client.delete(first.headers["location"], headers={"If-Match": '"old"'})
    taken = await _claim(service, value)
    removed = await client.delete(first.headers["location"], headers=SEEN)
    free = await _claim(service, value)

    assert [a.status_code for a in (changed, stale, taken)] == [405, 412, 409]
    assert (removed.status_code, free.status_code) == (204, 201)


async def test_an_id_is_claimed_with_its_customer(service: Service) -> None:
    """A taken id refuses the whole new customer, and twice the same one refuses itself."""
    value = str(new_id())
    ids = [{"system": "erp", "value": value}]

    first = await create(service, external_ids=ids)
    second = await create(service, external_ids=ids)
    twice = await create(service, external_ids=[{"system": "erp", "value": str(new_id())}] * 2)

    assert first.status_code == 201
    assert second.json()["type"] == twice.json()["type"] == "/problems/external-id-taken"


async def test_one_of_many_at_once_gets_the_id(service: Service) -> None:
    """Ten new customers with one id make exactly one."""
    ids = [{"system": "erp", "value": str(new_id())}]

    answers = await asyncio.gather(*(create(service, external_ids=ids) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9


async def test_both_sides_at_once_end_in_one_state(service: Service) -> None:
    """Changing a tie from both sides at once never breaks, and leaves both sides alike."""
    near, far = await a_customer(service), await a_customer(service)
    tied = await _tie(service, near, far)
    client = await service.as_("sales")
    sides = [tied.headers["location"], f"{_path(far)}/{tied.json()['relationship_id']}"]

    answers = await asyncio.gather(
        *(
            client.patch(sides[turn % 2], json={"title": f"title {turn}"}, headers=SEEN)
            for turn in range(6)
        )
    )

    assert {answer.status_code for answer in answers} <= {200, 503}
    first, second = [(await client.get(side)).json() for side in sides]
    assert first["title"] == second["title"]
    assert UUID(first["other_id"]) == UUID(second["customer_id"])
