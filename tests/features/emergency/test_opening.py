"""Tests of opening a customer in an emergency: what it shows, and what it does not let do."""

from uuid import UUID

import orjson

from tests.colleagues import a_client
from tests.features.emergency.desk import EVERY, WHY, Desk, customer
from tests.journeys.matrix.cells import slug


async def test_it_shows_what_ones_roles_show_within_reach(desk: Desk) -> None:
    """One by one, in lists, in searches and by its parts; before that it is not there."""
    made = await desk.customer(name="Seen Then")
    seller = await desk.service.as_("sales")
    await seller.post(customer(made, "/notes"), json={"text": "Key at the neighbour's"})
    before = await desk.opener.get(customer(made))

    access = await desk.opened(made["customer_id"])
    shown = (await desk.opener.get(customer(made))).json()
    listed = (await desk.opener.get("/v1/customers?tier=A&limit=200")).json()["items"]
    found = await desk.opener.post("/v1/customers/search", json={"q": "seen then"})
    notes = (await desk.opener.get(customer(made, "/notes"))).json()["items"]

    assert slug(before) == "not-found"
    me = (await desk.opener.get("/v1/me")).json()["emergencies"]
    assert access["is_open"] is True
    assert [one["emergency_access_id"] for one in me] == [access["emergency_access_id"]]
    assert (shown["name"], shown["phone"], shown["tier"]) == ("Seen Then", made["phone"], "A")
    assert made["customer_id"] in {item["customer_id"] for item in listed}
    assert [item["customer_id"] for item in found.json()["items"]] == [made["customer_id"]]
    assert [note["text"] for note in notes] == ["Key at the neighbour's"]


async def test_it_is_for_one_person_and_one_customer(desk: Desk) -> None:
    """Neither a colleague of the same role and department sees it, nor she another customer."""
    made, other = await desk.customer(), await desk.customer()
    south = UUID(desk.places["South China"])
    colleague = await a_client(desk.service, "regional_officer", department_id=south)

    await desk.opened(made["customer_id"])

    assert slug(await colleague.get(customer(made))) == "not-found"
    assert slug(await desk.opener.get(customer(other))) == "not-found"


async def test_nothing_can_be_done_with_it(desk: Desk) -> None:
    """It is for reading: no change, no note, no archive, no lending, no log, no explanation."""
    made = await desk.customer()
    await desk.opened(made["customer_id"])
    until = {"until": "2027-01-01T00:00:00Z", "groups": ["identity"]}
    lent = {"customer_id": made["customer_id"], "department_id": desk.places["Hangzhou sales"]}
    asked = {"customer_id": made["customer_id"], "role": "sales"}
    point = {"type": "phone", "value": "+8619900009999"}
    tie = {"other_id": made["customer_id"], "type": "partner"}
    own = await desk.opener.post("/v1/customers", json={"kind": "person", "name": "Own"})

    answers = [
        await desk.opener.patch(customer(made), json={"tier": "B"}, headers=EVERY),
        await desk.opener.post(customer(made, "/notes"), json={"text": "Mine"}),
        await desk.opener.post(customer(made, "/contact-points"), json=point),
        await desk.opener.post(customer(own.json(), "/relationships"), json=tie),
        await desk.opener.post(customer(made, "/archive"), headers=EVERY),
        await desk.opener.post("/v1/sharing-grants", json={**lent, **until}),
        await desk.opener.get(customer(made, "/access-log")),
        await desk.opener.post("/v1/access/explain", json=asked),
    ]

    assert [slug(answer) for answer in answers] == [
        *("field-read-only",) * 4,
        "not-permitted",
        "field-not-available",
        "not-found",
        "not-permitted",
    ]


async def test_revealing_goes_by_the_role_as_ever(desk: Desk) -> None:
    """With a purpose, where the role reveals, and on a line that says by what."""
    made = await desk.customer()
    officer = await desk.service.as_("data_officer")
    number = {"id_number": "110000195512010092"}
    done = await officer.patch(customer(made, "/person-profile"), json=number, headers=EVERY)
    access = await desk.opened(made["customer_id"])
    asked = {"fields": ["id_number"], "purpose": "to identify the caller"}

    masked = await desk.opener.get(customer(made, "/person-profile"))
    shown = await desk.opener.post(customer(made, "/person-profile/reveal"), json=asked)
    (line,) = await desk.service.lines_of(shown)

    assert done.status_code == 200, done.text
    assert masked.json()["withheld"]["id_number"] == "masked"
    assert shown.json()["id_number"] == number["id_number"]
    opened = {made["customer_id"]: access["emergency_access_id"]}
    assert orjson.loads(line["detail"])["emergency"] == opened


async def test_every_look_says_by_what(desk: Desk) -> None:
    """The record, a list, a search, a part and the history; and no look at others does."""
    made = await desk.customer(name="Line by Line")
    own = await desk.opener.post("/v1/customers", json={"kind": "person", "name": "Own"})
    seller = await desk.service.as_("sales")
    await seller.post(customer(made, "/notes"), json={"text": "Key at the neighbour's"})
    access = await desk.opened(made["customer_id"])
    opened = {made["customer_id"]: access["emergency_access_id"]}

    for answer in (
        await desk.opener.get(customer(made)),
        await desk.opener.get("/v1/customers?limit=200"),
        await desk.opener.post("/v1/customers/search", json={"q": "line by line"}),
        await desk.opener.get(customer(made, "/notes")),
        await desk.opener.get(customer(made, "/history")),
    ):
        (line,) = await desk.service.lines_of(answer)
        assert answer.status_code == 200, answer.text
        assert orjson.loads(line["detail"])["emergency"] == opened
    (line,) = await desk.service.lines_of(await desk.opener.get(customer(own.json())))
    assert "emergency" not in (line["detail"] or "")


async def test_opening_is_on_record_without_its_words(desk: Desk) -> None:
    """The line names reason, ticket and access; its words are sealed, for readers of the log."""
    made = await desk.customer()

    answer = await desk.open(made["customer_id"], ticket="INC-7")
    (line,) = await desk.service.lines_of(answer)
    officer = await desk.service.as_("data_officer")
    log = (await officer.get(customer(made, "/access-log"))).json()["items"]

    told = orjson.loads(line["detail"])["emergency_access"]
    assert (line["operation"], line["status"]) == ("open_emergency_access", 201)
    assert (told["reason"], told["ticket"]) == ("safety", "INC-7")
    assert told["emergency_access_id"] == answer.json()["emergency_access_id"]
    assert "boiler" not in str(line)
    assert WHY in {entry["reason"] for entry in log}


async def test_the_log_says_by_what_it_was_seen(desk: Desk) -> None:
    """Each look under it names it; looks within reach name none."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    await desk.opener.get(customer(made))
    await desk.reviewer.get(customer(made))

    log = (await desk.reviewer.get(customer(made, "/access-log"))).json()["items"]

    looks = {
        e["actor_id"]: e["emergency_access_id"] for e in log if e["operation"] == "get_customer"
    }
    assert looks.pop(desk.opener_id) == access["emergency_access_id"]
    assert set(looks.values()) == {None}
