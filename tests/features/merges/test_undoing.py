"""Tests of undoing: what a merge did goes back, and what happened since stays."""

import asyncio
from typing import Any

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.features.merges.desk import add, merged, parts, two
from tests.journeys.matrix.cells import slug
from tests.service import Service

EVERY = {"If-Match": "*"}


def _path(customer: dict[str, Any]) -> str:
    return f"/v1/customers/{customer['customer_id']}"


async def test_all_goes_back_as_it_was(service: Service) -> None:
    """Fields, parts, ties, claims and look-ups of both; the loser stands where it stood."""
    officer = await service.as_("data_officer")
    phone = a_phone()
    one, other = await two(service, tier="A", phone=a_phone())
    await officer.patch(_path(other), json={"tier": "B", "phone": phone}, headers=EVERY)
    await add(officer, other, "notes", text="Called.")
    await add(officer, other, "external-ids", system="erp", value=new_id().hex)
    await add(officer, other, "relationships", other_id=one["customer_id"], type="family")
    include = "?include=person_profile,contact_points,addresses,notes,relationships,external_ids"
    before = [(await officer.get(_path(c) + include)).json() for c in (one, other)]
    made = await merged(officer, one, other)

    undone = await officer.post(f"/v1/merges/{made['merge_id']}/undo")

    after = [(await officer.get(_path(c) + include)).json() for c in (one, other)]
    assert (undone.status_code, undone.json()["status"]) == (200, "undone"), undone.text
    traces = {"updated_at", "updated_by"}
    assert [{k: v for k, v in a.items() if k not in traces} for a in after] == [
        {k: v for k, v in b.items() if k not in traces} for b in before
    ]
    found = await officer.post(
        "/v1/customers/search", json={"filter": {"field": "phone", "op": "eq", "value": phone}}
    )
    assert [item["customer_id"] for item in found.json()["items"]] == [other["customer_id"]]


async def test_what_was_changed_since_is_kept_and_listed(service: Service) -> None:
    """A field, a part that was changed, and one that was removed; what is new stays."""
    officer = await service.as_("data_officer")
    one, other = await two(service, tier="A", city="北京市")
    await officer.patch(_path(other), json={"tier": "B", "city": "上海市"}, headers=EVERY)
    notes = [await add(officer, other, "notes", text=f"{n}") for n in range(3)]
    made = await merged(officer, one, other)
    await officer.patch(_path(one), json={"tier": "D"}, headers=EVERY)
    await officer.patch(
        f"{_path(one)}/notes/{notes[0]['note_id']}", json={"text": "edited"}, headers=EVERY
    )
    await officer.delete(f"{_path(one)}/notes/{notes[1]['note_id']}", headers=EVERY)
    await add(officer, one, "notes", text="new since")

    undone = (await officer.post(f"/v1/merges/{made['merge_id']}/undo")).json()

    shown = (await officer.get(_path(one))).json()
    assert (shown["tier"], shown["city"]) == ("D", "北京市")
    assert {n["text"] for n in await parts(officer, one, "notes")} == {"edited", "new since"}
    assert [n["text"] for n in await parts(officer, other, "notes")] == ["2"]
    assert undone["status"] == "undo_conflict"
    assert {(c["field"] or c["row_id"], c["why"]) for c in undone["conflicts"]} == {
        ("customers.tier", "changed"),
        (notes[0]["note_id"], "changed"),
        (notes[1]["note_id"], "removed"),
    }


async def test_it_is_taken_back_once(service: Service) -> None:
    """Of two at once, one is told that it is done."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    made = await merged(officer, one, other)

    answers = await asyncio.gather(
        *(officer.post(f"/v1/merges/{made['merge_id']}/undo") for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {slug(a) for a in answers if a.status_code == 409} == {"merge-undone"}


async def test_a_chain_is_taken_back_from_its_end(service: Service) -> None:
    """A merged id leads to the last survivor; the later merge is undone first."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    third = await a_customer(service)
    await add(officer, other, "notes", text="Far travelled.")
    first, second = await merged(officer, one, other), await merged(officer, third, one)

    led = await officer.get(_path(other))
    early = await officer.post(f"/v1/merges/{first['merge_id']}/undo")
    for made in (second, first):
        answer = await officer.post(f"/v1/merges/{made['merge_id']}/undo")
        assert answer.json()["status"] == "undone", answer.text

    assert led.json()["merged_into"] == third["customer_id"]
    assert slug(early) == "survivor-merged"
    assert [n["text"] for n in await parts(officer, other, "notes")] == ["Far travelled."]


async def test_an_undone_pair_is_not_proposed_again(service: Service) -> None:
    """Stewards have decided: it leaves the queue, also when they share something more."""
    officer, phone = await service.as_("data_officer"), a_phone()
    one, other = await two(service, phone=phone)
    await officer.patch(_path(other), json={"phone": phone}, headers=EVERY)
    made = await merged(officer, one, other)
    await officer.post(f"/v1/merges/{made['merge_id']}/undo")
    mail = f"{new_id().hex}@example.com"
    for customer in (one, other):
        await officer.patch(_path(customer), json={"email": mail}, headers=EVERY)

    queue = (await officer.get("/v1/duplicates?limit=200")).json()["items"]

    ids = {one["customer_id"], other["customer_id"]}
    assert not [p for p in queue if {p["customer_id"], p["other_id"]} == ids]


async def test_several_losers_go_and_come_back(service: Service) -> None:
    """Each gets its own parts back."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    third = await a_customer(service)
    for customer in (other, third):
        await add(officer, customer, "notes", text=customer["name"])
    made = await merged(officer, one, other, third)
    moved = len(await parts(officer, one, "notes"))

    await officer.post(f"/v1/merges/{made['merge_id']}/undo")

    assert moved == 2
    for customer in (other, third):
        (note,) = await parts(officer, customer, "notes")
        assert note["text"] == customer["name"]
