"""History of parts: what each was, by the rights that its reader has today."""

from typing import Any

import httpx
import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.features.staff.inviting import slug
from tests.service import Service

SEEN = {"If-Match": "*"}
NEW: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contact-points": ({"type": "phone", "value": "+8613900030001"}, {"label": "office"}),
    "addresses": ({"type": "home", "line": "1 Example Road"}, {"line": "2 Example Road"}),
    "notes": ({"text": "Called."}, {"text": "Called twice."}),
}


async def added(service: Service, part: str, body: dict[str, Any]) -> str:
    """Add a part to a new customer, and return its address."""
    made = await a_customer(service)
    client = await service.as_("sales")
    answer = await client.post(f"/v1/customers/{made['customer_id']}/{part}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def changed(service: Service, path: str, **values: Any) -> None:
    """Change a part."""
    answer = await (await service.as_("sales")).patch(path, json=values, headers=SEEN)
    assert answer.status_code == 200, answer.text


async def spans(service: Service, path: str, by: str = "sales") -> list[dict[str, Any]]:
    """List the spans of a part."""
    answer = await (await service.as_(by)).get(f"{path}/history")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.parametrize("part", NEW)
async def test_each_change_begins_a_span(service: Service, part: str) -> None:
    """Newest first: what it is, then what it was."""
    new, change = NEW[part]
    path = await added(service, part, new)
    await changed(service, path, **change)

    now, before = await spans(service, path)

    assert now["record"] == (await (await service.as_("sales")).get(path)).json()
    assert {name: now["record"][name] for name in change} == change
    assert {name: before["record"][name] for name in new} == new
    assert now["changed"] == list(change)
    assert (before["valid_to"], now["valid_to"]) == (now["valid_from"], None)


async def test_one_part_shows_nothing_of_another(service: Service) -> None:
    """Changes of a sister row are no spans of this one."""
    path = await added(service, "notes", {"text": "One."})
    client = await service.as_("sales")
    sister = await client.post(path.rsplit("/", 1)[0], json={"text": "Two."})
    await changed(service, sister.headers["location"], text="Two and a half.")

    assert [span["record"]["text"] for span in await spans(service, path)] == ["One."]


async def test_a_masked_change_leaves_no_trace(service: Service) -> None:
    """Who sees masks sees one span over numbers whose masks are alike."""
    path = await added(service, "contact-points", {"type": "phone", "value": "+8613900040001"})
    await changed(service, path, value="+8613900050001")

    assert len(await spans(service, path)) == 2
    (masked,) = await spans(service, path, "service")
    assert masked["record"]["withheld"]["value"] == "masked"


async def test_a_relationship_has_a_history_for_who_reaches_both(service: Service) -> None:
    """Its kind as it was; the other customer must be within reach as well."""
    near, far = await a_customer(service), await a_customer(service)
    client = await service.as_("sales")
    base = f"/v1/customers/{near['customer_id']}/relationships"
    body = {"other_id": far["customer_id"], "type": "employee"}
    made = await client.post(base, json=body)
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    await changed(service, path, title="Buyer")

    assert [span["changed"] for span in await spans(service, path)] == [["title"], []]


async def test_what_is_not_there_has_none(service: Service) -> None:
    """Unknown, foreign and removed parts get the answer of the part itself."""
    path = await added(service, "notes", {"text": "One."})
    client, south = await service.as_("sales"), await service.as_("sales_south")
    foreign = await south.get(f"{path}/history")
    other = await a_customer(service, phone=a_phone())
    elsewhere = f"/v1/customers/{other['customer_id']}/notes/{path.rsplit('/', 1)[1]}/history"
    await client.delete(path, headers=SEEN)

    answers: list[httpx.Response] = [
        foreign,
        await client.get(elsewhere),
        await client.get(f"{path}/history"),
        await client.get(f"{path.rsplit('/', 1)[0]}/{new_id()}/history"),
    ]

    assert {(answer.status_code, slug(answer)) for answer in answers} == {(404, "not-found")}


async def test_who_sees_no_member_sees_no_history(service: Service) -> None:
    """Marketing is refused as for the part itself, and unknown words are, too."""
    path = await added(service, "notes", {"text": "One."})

    hidden = await (await service.as_("marketing")).get(f"{path}/history")
    odd = await (await service.as_("sales")).get(f"{path}/history?resource=notes")

    assert slug(hidden) == "not-permitted"
    assert slug(odd) == "field-not-available"


async def test_pages_and_moments(service: Service) -> None:
    """A cursor goes on; `at` picks what held then."""
    path = await added(service, "notes", {"text": "0"})
    for number in range(1, 4):
        await changed(service, path, text=str(number))
    client = await service.as_("sales")
    first = (await client.get(f"{path}/history?limit=3")).json()
    rest = (await client.get(f"{path}/history?cursor={first['next_cursor']}")).json()
    moment = first["items"][1]["valid_from"]
    then = (await client.get(f"{path}/history?at={moment}")).json()

    assert [one["record"]["text"] for one in first["items"] + rest["items"]] == ["3", "2", "1", "0"]
    assert [one["record"]["text"] for one in then["items"]] == ["2"]
