"""Tests of lending: some groups of a customer, to another department, for a while."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.clock import now
from tests.colleagues import a_client
from tests.features.customers.builders import a_customer, a_phone
from tests.journeys.matrix.cells import slug
from tests.service import Service

NOWHERE = "01890000-0000-7000-8000-00000000000a"
EVERY = {"If-Match": "*"}


@dataclass(frozen=True, slots=True)
class Floor:
    """Two departments that do not see each other, and who works in them."""

    service: Service
    manager: httpx.AsyncClient
    borrower: httpx.AsyncClient
    shanghai: str
    shenzhen: str

    async def lend(self, customer_id: str, *groups: str, **values: Any) -> httpx.Response:
        """Try to lend a customer of Shanghai to Shenzhen, as the manager of Shanghai."""
        asked = {
            "customer_id": customer_id,
            "department_id": self.shenzhen,
            "groups": groups or ("identity", "contact"),
            "until": (now() + timedelta(days=7)).isoformat(),
            **values,
        }
        return await self.manager.post("/v1/sharing-grants", json=asked)


@pytest.fixture
async def floor(service: Service) -> Floor:
    """Shanghai, led by its sales clerk, and Shenzhen."""
    administrator = await service.as_("administrator")
    places = (await administrator.get("/v1/departments")).json()["items"]
    ids = {place["name"]: place["department_id"] for place in places}
    manager, borrower = await service.as_("sales"), await service.as_("sales_south")
    me = (await manager.get("/v1/me")).json()["user_id"]
    path = f"/v1/departments/{ids['Shanghai sales']}"
    led = await administrator.patch(path, json={"manager_id": me}, headers=EVERY)
    assert led.status_code == 200, led.text
    return Floor(service, manager, borrower, ids["Shanghai sales"], ids["Shenzhen sales"])


async def test_the_lent_groups_are_seen_and_no_others(floor: Floor) -> None:
    """One by one, in lists and in searches, for reading only."""
    made = await a_customer(floor.service, name="Lent Person", phone=a_phone(), tier="A")
    path = f"/v1/customers/{made['customer_id']}"
    before = await floor.borrower.get(path)

    lent = await floor.lend(made["customer_id"])
    shown = (await floor.borrower.get(path)).json()
    listed = (await floor.borrower.get("/v1/customers?limit=200")).json()["items"]
    found = await floor.borrower.post("/v1/customers/search", json={"q": "lent person"})
    changed = await floor.borrower.patch(path, json={"phone": a_phone()}, headers=EVERY)
    unseen = await floor.borrower.patch(path, json={"tier": "B"}, headers=EVERY)

    assert slug(before) == "not-found"
    assert lent.status_code == 201, lent.text
    assert (shown["name"], shown["phone"]) == ("Lent Person", made["phone"])
    assert (shown["tier"], shown["withheld"]["tier"]) == (None, "hidden")
    assert made["customer_id"] in {item["customer_id"] for item in listed}
    assert [item["customer_id"] for item in found.json()["items"]] == [made["customer_id"]]
    assert (slug(changed), slug(unseen)) == ("field-read-only", "field-not-available")


async def test_a_filter_does_not_find_by_what_is_not_lent(floor: Floor) -> None:
    """Neither the row nor its number tells of a hidden class."""
    made = await a_customer(floor.service, tier="D", source="lending-filter")
    assert (await floor.lend(made["customer_id"])).status_code == 201

    for asked in ("tier=D", "source=lending-filter", "tier.null=true"):
        answer = await floor.borrower.get(f"/v1/customers?{asked}&count=exact&limit=200")
        assert made["customer_id"] not in {one["customer_id"] for one in answer.json()["items"]}


async def test_notes_are_not_lent_along(floor: Floor) -> None:
    """A part is seen only where its group is lent."""
    made = await a_customer(floor.service)
    path = f"/v1/customers/{made['customer_id']}/notes"
    await floor.manager.post(path, json={"text": "Prefers mornings"})
    await floor.lend(made["customer_id"], "identity")
    without = await floor.borrower.get(path)

    await floor.lend(made["customer_id"], "notes")
    with_notes = await floor.borrower.get(path)
    added = await floor.borrower.post(path, json={"text": "Mine"})

    assert without.json()["items"] == []
    assert [note["text"] for note in with_notes.json()["items"]] == ["Prefers mornings"]
    assert slug(added) == "field-read-only"


async def test_what_is_taken_back_is_gone(floor: Floor) -> None:
    """At once in this process; it can be taken back once."""
    made = await a_customer(floor.service)
    grant = (await floor.lend(made["customer_id"])).json()
    end = f"/v1/sharing-grants/{grant['sharing_grant_id']}/end"

    ended = await floor.manager.post(end)
    again = await floor.manager.post(end)
    gone = await floor.borrower.get(f"/v1/customers/{made['customer_id']}")

    assert (ended.status_code, ended.json()["is_current"]) == (200, False)
    assert (slug(again), slug(gone)) == ("sharing-ended", "not-found")


async def test_time_ends_it_by_itself(floor: Floor) -> None:
    """Without anybody's doing."""
    made = await a_customer(floor.service)
    grant = (await floor.lend(made["customer_id"])).json()
    owner = await asyncpg.connect(floor.service.owner_url)
    await owner.execute(
        "update sharing_grants set until = now() where sharing_grant_id = $1",
        grant["sharing_grant_id"],
    )
    await owner.close()

    gone = await floor.borrower.get(f"/v1/customers/{made['customer_id']}")

    assert slug(gone) == "not-found"


async def test_borrowers_do_not_lend_on(floor: Floor) -> None:
    """Nor see that it is lent to them, nor take it back."""
    made = await a_customer(floor.service)
    grant = (await floor.lend(made["customer_id"])).json()
    asked = {
        "customer_id": made["customer_id"],
        "department_id": floor.shanghai,
        "groups": ["identity"],
        "until": (now() + timedelta(days=1)).isoformat(),
    }

    on = await floor.borrower.post("/v1/sharing-grants", json=asked)
    listed = await floor.borrower.get(f"/v1/sharing-grants?customer_id={made['customer_id']}")
    ended = await floor.borrower.post(f"/v1/sharing-grants/{grant['sharing_grant_id']}/end")

    assert slug(on) == "field-not-available"
    assert listed.json()["items"] == []
    assert slug(ended) == "not-found"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"groups": ["identity", "document"]}, "field-not-available"),
        ({"groups": ["made_up"]}, "field-not-available"),
        ({"groups": []}, "malformed"),
        ({"until": "2020-01-01T00:00:00Z"}, "malformed"),
        ({"until": "2099-01-01T00:00:00Z"}, "malformed"),
        ({"until": "2027-01-01T00:00:00"}, "malformed"),
        ({"department_id": NOWHERE}, "department-not-available"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_lent(floor: Floor, values: dict[str, Any], refusal: str) -> None:
    """Groups that the lender does not read in clear, bad times, nobody and nothing."""
    made = await a_customer(floor.service)

    answer = await floor.lend(made["customer_id"], **values)
    nobody = await floor.lend(NOWHERE)

    assert slug(answer) == refusal
    assert slug(nobody) == "not-found"


async def test_managers_lend_and_data_officers(floor: Floor) -> None:
    """No other clerk; and to no department that reaches the customer anyway."""
    new = {"kind": "person", "name": "South"}
    south = (await floor.borrower.post("/v1/customers", json=new)).json()
    made = await a_customer(floor.service)
    officer = await floor.service.as_("data_officer")
    asked = {
        "customer_id": south["customer_id"],
        "department_id": floor.shanghai,
        "groups": ["identity"],
        "until": (now() + timedelta(days=1)).isoformat(),
    }

    clerk = await floor.borrower.post("/v1/sharing-grants", json=asked)
    allowed = await officer.post("/v1/sharing-grants", json=asked)
    same = await floor.lend(made["customer_id"], department_id=floor.shanghai)

    assert slug(clerk) == "not-the-manager"
    assert allowed.status_code == 201
    assert slug(same) == "lent-to-itself"


async def test_what_a_role_reaches_besides_is_not_lent(floor: Floor) -> None:
    """Who sells at home and does marketing everywhere lends nothing of other departments."""
    south = UUID(floor.shenzhen)
    client = await a_client(floor.service, "sales", "marketing", department_id=south)
    made = await a_customer(floor.service, tier="A")
    grant = (await floor.lend(made["customer_id"])).json()
    asked = {
        "customer_id": made["customer_id"],
        "department_id": floor.shenzhen,
        "groups": ["classes"],
        "until": (now() + timedelta(days=1)).isoformat(),
    }

    lent = await client.post("/v1/sharing-grants", json=asked)
    listed = await client.get(f"/v1/sharing-grants?customer_id={made['customer_id']}")
    ended = await client.post(f"/v1/sharing-grants/{grant['sharing_grant_id']}/end")

    assert slug(lent) == "not-permitted"
    assert (listed.json()["items"], slug(ended)) == ([], "not-found")


async def test_what_is_lent_is_explained(floor: Floor) -> None:
    """As lent, where no grant of the role is about the customer."""
    made = await a_customer(floor.service)
    await floor.lend(made["customer_id"], "contact")
    officer = await floor.service.as_("data_officer")
    user_id = (await floor.borrower.get("/v1/me")).json()["user_id"]
    asked = {"customer_id": made["customer_id"], "user_id": user_id}

    answer = await officer.post("/v1/access/explain", json=asked)

    fields = {one["name"]: one for one in answer.json()["fields"] if one["group"] == "contact"}
    assert (fields["phone"]["read"], fields["phone"]["reason"]) == ("show", "lent")


async def test_lending_is_its_own_act_on_record(floor: Floor) -> None:
    """With the department, the groups and the time; and it is listed page by page."""
    made = await a_customer(floor.service)
    lent = await floor.lend(made["customer_id"])
    await floor.lend(made["customer_id"], "trade")
    (line,) = await floor.service.lines_of(lent)
    path = f"/v1/sharing-grants?customer_id={made['customer_id']}&limit=1"

    first = (await floor.manager.get(path)).json()
    second = (await floor.manager.get(f"{path}&cursor={first['next_cursor']}")).json()

    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]
    assert floor.shenzhen in line["detail"]
    assert line["operation"] == "create_sharing_grant"
    assert [one["groups"] for one in (*first["items"], *second["items"])] == [
        ["trade"],
        ["contact", "identity"],
    ]
    assert second["has_more"] is False
