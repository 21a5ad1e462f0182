"""Tests of merging: whose values stay, which parts move, and what is left of the loser."""

import asyncio
from typing import Any

import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.features.merges.desk import add, body, merge, merged, parts, preview, two
from tests.journeys.matrix.cells import slug
from tests.service import Service

EVERY = {"If-Match": "*"}
CAPITAL = {"amount": "5000000.00", "currency": "CNY"}


def _path(customer: dict[str, Any]) -> str:
    return f"/v1/customers/{customer['customer_id']}"


async def test_the_preview_says_field_by_field_what_would_stay(service: Service) -> None:
    """Each field with what each holds, the rule and its proposal; nothing is changed."""
    officer = await service.as_("data_officer")
    one, other = await two(service, tier="A", remark="short")
    await officer.patch(_path(other), json={"remark": "a longer remark"}, headers=EVERY)
    await add(officer, other, "notes", text="Called.")

    found = await preview(officer, one, other)

    by_field = {item["field"]: item for item in found["fields"]}
    assert by_field["customers.tier"]["proposed"] == one["customer_id"]
    assert by_field["customers.remark"]["rule"] == "longest"
    assert by_field["customers.remark"]["proposed"] == other["customer_id"]
    assert [held["value"] for held in by_field["customers.remark"]["held"]] == [
        "short",
        "a longer remark",
    ]
    assert (found["moving"], found["clashing"]) == ({"notes": 1}, {})
    assert (await officer.get(_path(other))).json()["customer_id"] == other["customer_id"]


async def test_newest_is_told_from_the_history(service: Service) -> None:
    """A value that was set later wins, though the other record was changed last."""
    officer = await service.as_("data_officer")
    one, other = await two(service, tier="A", city="北京市")
    await officer.patch(_path(other), json={"tier": "B"}, headers=EVERY)
    await officer.patch(_path(one), json={"city": "上海市"}, headers=EVERY)

    fields = {f["field"]: f for f in (await preview(officer, one, other))["fields"]}

    assert fields["customers.tier"]["proposed"] == other["customer_id"]
    assert fields["customers.city"]["proposed"] == one["customer_id"]


async def test_values_and_parts_go_to_the_survivor(service: Service) -> None:
    """By choice and by rule; parts are readable under the survivor, and found by their values."""
    officer = await service.as_("data_officer")
    phone, mail, number = a_phone(), f"{new_id().hex}@example.com", new_id().hex
    one, other = await two(service, tier="A")
    await officer.patch(_path(other), json={"tier": "C", "phone": phone}, headers=EVERY)
    await add(officer, other, "contact-points", type="email", value=mail)
    await add(officer, other, "external-ids", system="erp", value=number)
    note = await add(officer, other, "notes", text="Called twice.")

    made = await merged(officer, one, other, choices={"customers.tier": one["customer_id"]})

    shown = (await officer.get(_path(one))).json()
    assert (shown["tier"], shown["phone"]) == ("A", phone)
    assert [n["text"] for n in await parts(officer, one, "notes")] == ["Called twice."]
    assert (await parts(officer, one, "notes"))[0]["note_id"] == note["note_id"]
    assert made["moved"] == {"contact-points": 1, "external-ids": 1, "notes": 1}
    assert {f["field"] for f in made["fields"]} >= {"customers.phone"}
    found = await officer.post(
        "/v1/customers/search", json={"filter": {"field": "phone", "op": "eq", "value": phone}}
    )
    assert [item["customer_id"] for item in found.json()["items"]] == [one["customer_id"]]
    taken = await officer.post(
        f"{_path(await a_customer(service))}/external-ids", json={"system": "erp", "value": number}
    )
    assert slug(taken) == "external-id-taken"


async def test_a_main_phone_that_lost_stays_a_contact_point(service: Service) -> None:
    """No number is lost: the survivor is still found by it."""
    officer = await service.as_("data_officer")
    first, second = a_phone(), a_phone()
    one, other = await two(service, phone=first)
    await officer.patch(_path(other), json={"phone": second}, headers=EVERY)

    await merged(officer, one, other, choices={"customers.phone": one["customer_id"]})

    (point,) = await parts(officer, one, "contact-points")
    assert (point["type"], point["value"]) == ("phone", second)


async def test_a_part_that_the_survivor_has_stays_behind_and_is_listed(service: Service) -> None:
    """It is not doubled, and not lost."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    mail = f"{new_id().hex}@example.com"
    await add(officer, one, "contact-points", type="email", value=mail)
    point = await add(officer, other, "contact-points", type="email", value=mail)

    made = await merged(officer, one, other)

    assert len(await parts(officer, one, "contact-points")) == 1
    assert [(b["why"], b["row_id"]) for b in made["behind"]] == [
        ("clashed", point["contact_point_id"])
    ]


async def test_ties_go_along_and_the_others_name_the_survivor(service: Service) -> None:
    """A tie to a third customer moves with its mirror; one between the two is put away."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    third = await a_customer(service)
    await add(officer, other, "relationships", other_id=third["customer_id"], type="family")
    await add(officer, other, "relationships", other_id=one["customer_id"], type="partner")

    made = await merged(officer, one, other)

    (tie,) = await parts(officer, one, "relationships")
    (mirror,) = await parts(officer, third, "relationships")
    assert (tie["other_id"], mirror["other_id"]) == (third["customer_id"], one["customer_id"])
    assert [b["why"] for b in made["behind"]] == ["between"]
    changed = await officer.patch(
        f"{_path(third)}/relationships/{mirror['relationship_id']}",
        json={"title": "Sister"},
        headers=EVERY,
    )
    assert changed.status_code == 200, changed.text
    assert (await parts(officer, one, "relationships"))[0]["title"] == "Sister"


async def test_the_merged_id_answers_with_the_survivor(service: Service) -> None:
    """To who sees that; it is in no list and no search, and takes no change."""
    officer, far = await service.as_("data_officer"), await service.as_("sales_south")
    city = f"城市{new_id().hex[:6]}"
    one, other = await two(service, city=city)
    await officer.patch(_path(other), json={"city": city}, headers=EVERY)
    await merged(officer, one, other)

    shown = await officer.get(_path(other))
    listed = await officer.get("/v1/customers", params={"city": city, "status.ne": "archived"})
    unseen, unknown = await far.get(_path(other)), await far.get(f"/v1/customers/{new_id()}")

    assert shown.headers["location"] == _path(one)
    assert (shown.json()["customer_id"], shown.json()["merged_into"]) == (
        one["customer_id"],
        one["customer_id"],
    )
    assert [item["customer_id"] for item in listed.json()["items"]] == [one["customer_id"]]
    assert (slug(unseen), slug(unknown)) == ("not-found", "not-found")
    for refused in (
        await officer.patch(_path(other), json={"tier": "A"}, headers=EVERY),
        await officer.post(f"{_path(other)}/notes", json={"text": "Late."}),
        await officer.get(f"{_path(other)}/person-profiles"),
        await officer.get(f"{_path(other)}/person-profile"),
        await officer.post(f"{_path(other)}/restore", headers=EVERY),
    ):
        assert slug(refused) == "not-found", refused.request.url


async def test_each_line_names_both_sides_and_the_merge(service: Service) -> None:
    """So that whoever asks for the log of either finds it."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    await officer.patch(_path(other), json={"tier": "B"}, headers=EVERY)

    answer = await merge(officer, one, other)

    lines = await service.lines_of(answer)
    assert len(lines) == 3
    for line in lines:
        assert {str(s) for s in line["subjects"]} == {one["customer_id"], other["customer_id"]}
        assert answer.json()["merge_id"] in line["detail"]
    assert lines[-1]["changed"] == ["merged_into_id"]


async def test_a_change_in_between_is_stale(service: Service) -> None:
    """Of either side, master record or profile; a state that is not named is asked for."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    sides = (await preview(officer, one, other))["sides"]
    etags = {side["customer_id"]: side["etag"] for side in sides}
    await officer.patch(
        f"{_path(other)}/person-profile", json={"occupation": "Buyer"}, headers=EVERY
    )

    stale = await merge(officer, one, other, etags=etags)
    missing = await merge(officer, one, other, etags={one["customer_id"]: "*"})

    assert (slug(stale), slug(missing)) == ("stale", "if-match-missing")


async def test_of_two_merges_at_once_one_wins(service: Service) -> None:
    """The loser becomes part of one customer only, and nothing of it is doubled."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    third = await a_customer(service)
    await add(officer, other, "notes", text="Once.")
    star = dict.fromkeys((c["customer_id"] for c in (one, other, third)), "*")

    answers = await asyncio.gather(
        *(merge(officer, survivor, other, etags=star) for survivor in (one, third))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    notes = [*await parts(officer, one, "notes"), *await parts(officer, third, "notes")]
    assert len(notes) == 1


async def test_a_part_that_comes_during_a_merge_is_not_lost(service: Service) -> None:
    """It moves along, or is refused; never does it stay with a record that nobody sees."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    star = dict.fromkeys((c["customer_id"] for c in (one, other)), "*")

    answers = await asyncio.gather(
        merge(officer, one, other, etags=star),
        *(officer.post(f"{_path(other)}/notes", json={"text": f"{n}"}) for n in range(8)),
    )

    written = sum(answer.status_code == 201 for answer in answers[1:])
    assert answers[0].status_code == 201
    assert {a.status_code for a in answers[1:]} <= {201, 404}
    assert len(await parts(officer, one, "notes")) == written


@pytest.mark.parametrize(
    ("choices", "refused"),
    [
        ({"customers.nonsense": "one"}, "field-not-available"),
        ({"customers.status": "one"}, "field-not-available"),
        ({"customers.department_id": "one"}, "field-not-available"),
        ({"customers.tier": "nobody"}, "malformed"),
    ],
)
async def test_choices_name_what_is_seen_and_decided(
    service: Service, choices: dict[str, str], refused: str
) -> None:
    """An unknown field, one that no merge decides on, or a customer that is no side."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    ids = {"one": one["customer_id"], "nobody": str(new_id())}

    answer = await merge(officer, one, other, choices={n: ids[v] for n, v in choices.items()})

    assert slug(answer) == refused


async def test_what_cannot_be_one_is_refused(service: Service) -> None:
    """A person and an organisation, one with itself, and into one that is put away."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    company = await a_customer(service, kind="organization", name="示例贸易有限公司")
    await officer.post(f"{_path(one)}/archive", headers=EVERY)

    answers = [
        await officer.post("/v1/merges/preview", json=body(*pair))
        for pair in ((other, company), (other, other), (one, other))
    ]

    assert [slug(a) for a in answers] == ["kinds-differ", "malformed", "customer-archived"]


async def test_a_company_does_not_become_its_own_parent(service: Service) -> None:
    """A branch merged into the company above it leaves nobody above that."""
    officer = await service.as_("data_officer")
    one, other = [
        await a_customer(service, kind="organization", name="示例贸易有限公司") for _ in range(2)
    ]
    await officer.patch(
        f"{_path(other)}/organization-profile",
        json={"parent_id": one["customer_id"], "registered_capital": CAPITAL},
        headers=EVERY,
    )

    made = await merged(officer, one, other)

    shown = (await officer.get(f"{_path(one)}/organization-profile")).json()
    assert (shown["parent_id"], shown["registered_capital"]) == (None, CAPITAL)
    undone = await officer.post(f"/v1/merges/{made['merge_id']}/undo")
    assert undone.json()["status"] == "undone"
