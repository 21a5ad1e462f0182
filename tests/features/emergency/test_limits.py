"""Tests of who may open what in an emergency, how often, and what is told to others."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.core.access import ActorKind
from app.settings import EmergencySettings, Settings
from tests.colleagues import a_client, a_role, sign_in
from tests.conftest import NewDatabase
from tests.features.emergency.desk import PATH, WHY, Desk, a_desk, customer
from tests.features.staff.builders import a_colleague
from tests.journeys.matrix.cells import slug
from tests.service import running_service

NOWHERE = "01890000-0000-7000-8000-00000000000a"


async def test_a_number_of_another_system_names_a_customer_as_well(desk: Desk) -> None:
    """One that is nobody's is not found."""
    known = {"system": "erp", "value": "C-EMERGENCY"}
    made = await desk.customer(external_ids=[known])
    asked = {"reason": "legal_deadline", "reason_text": WHY}

    opened = await desk.opener.post(PATH, json={**asked, "external_id": known})
    unknown = await desk.opener.post(
        PATH, json={**asked, "external_id": {"system": "erp", "value": "C-NOBODY"}}
    )

    assert opened.json()["customer_id"] == made["customer_id"]
    assert slug(unknown) == "not-found"


@pytest.mark.parametrize(
    "values",
    [
        {"reason": "curiosity"},
        {"reason_text": "Short."},
        {"reason_text": " " * 40},
        {"reason_text": "x" * 2001},
        {"ticket": "of +86 199"},
        {"ticket": ""},
        {"external_id": {"system": "erp", "value": "C-1"}},
        {"customer_id": None},
        {"customer_id": None, "external_id": {"system": "", "value": "C-1"}},
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_not_a_reason(desk: Desk, values: dict[str, Any]) -> None:
    """An unknown code, too few words, a ticket that could hold a name, nobody or two."""
    made = await desk.customer()

    asked = {"customer_id": made["customer_id"], "reason": "safety", "reason_text": WHY}

    answer = await desk.opener.post(PATH, json={**asked, **values})

    assert slug(answer) == "malformed"
    assert slug(await desk.opener.get(customer(made))) == "not-found"


async def test_who_may_not_open_learns_nothing(desk: Desk) -> None:
    """Without the permission every customer gets the same refusal, those that are none, too."""
    made = await desk.customer()
    seller = await desk.service.as_("sales_south")

    near, far, none = [
        await desk.open(one, seller)
        for one in (
            (await seller.post("/v1/customers", json={"kind": "person", "name": "N"})).json()[
                "customer_id"
            ],
            made["customer_id"],
            NOWHERE,
        )
    ]

    assert {slug(near), slug(far), slug(none)} == {"not-permitted"}


async def test_within_reach_it_is_not_needed(desk: Desk) -> None:
    """Whoever reaches all has no emergencies; an unknown customer is not there for anybody."""
    made = await desk.customer()
    officer = await desk.service.as_("data_officer")

    assert slug(await desk.open(made["customer_id"], desk.reviewer)) == "emergency-not-needed"
    assert slug(await desk.open(made["customer_id"], officer)) == "emergency-not-needed"
    assert slug(await desk.open(NOWHERE)) == "not-found"


async def test_what_is_seen_of_it_for_other_reasons_does_not_matter(desk: Desk) -> None:
    """Marketing sees the classes of all: the rest is opened."""
    made = await desk.customer()
    south = UUID(desk.places["South China"])
    client = await a_client(desk.service, "regional_officer", "marketing", department_id=south)
    before = (await client.get(customer(made))).json()

    opened = await desk.open(made["customer_id"], client)
    after = (await client.get(customer(made))).json()

    assert (before["tier"], before["phone"]) == ("A", None)
    assert opened.status_code == 201
    assert (after["tier"], after["phone"]) == ("A", made["phone"])


async def test_conditions_of_the_role_hold_and_are_not_told(desk: Desk) -> None:
    """A role for some tiers shows no others; whether it shows anything costs an opening."""
    grants = ("identity:read?tier=A", "customers:read", "record:read", "emergency:open")
    role = await a_role(desk.service, *grants)
    client = await a_client(desk.service, role, department_id=UUID(desk.places["South China"]))
    good, other = await desk.customer(tier="A"), await desk.customer(tier="B")

    answers = [await desk.open(made["customer_id"], client) for made in (good, other)]

    assert {answer.status_code for answer in answers} == {201}
    assert (await client.get(customer(good))).json()["name"] == "Far Away"
    assert slug(await client.get(customer(other))) == "not-found"


async def test_another_system_has_no_emergencies(desk: Desk) -> None:
    """Whatever its scopes."""
    made = await desk.customer()
    south = UUID(desk.places["South China"])
    system = await a_colleague(
        desk.service.owner_url,
        roles=("regional_officer",),
        kind=ActorKind.CLIENT,
        department_id=south,
    )
    client = desk.service.anonymous()
    await sign_in(client, system.username)

    assert slug(await desk.open(made["customer_id"], client)) == "not-a-person"


async def test_of_many_at_once_one_opens(desk: Desk) -> None:
    """One person has one access to one customer at a time."""
    made = await desk.customer()

    answers = await asyncio.gather(*(desk.open(made["customer_id"]) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {slug(one) for one in answers if one.status_code == 409} == {"emergency-open-already"}


async def test_a_person_opens_a_few_in_a_day(desk: Desk) -> None:
    """Also at once; then it is 429 for customers that are there and for those that are not."""
    made = [await desk.customer() for _ in range(8)]

    answers = await asyncio.gather(*(desk.open(one["customer_id"]) for one in made))
    unknown = await desk.open(NOWHERE)

    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [429] * 3
    assert slug(unknown) == "emergency-too-often"
    assert int(unknown.headers["Retry-After"]) > 0


async def test_looking_in_vain_is_counted_too(desk: Desk) -> None:
    """Numbers cannot be tried one after the other."""
    made = await desk.customer()

    slugs = [slug(await desk.open(NOWHERE)) for _ in range(21)]

    assert slugs == ["not-found"] * 20 + ["emergency-too-often"]
    assert slug(await desk.open(made["customer_id"])) == "emergency-too-often"


async def test_the_same_key_opens_once(desk: Desk) -> None:
    """A retry gets the first answer."""
    made = await desk.customer()
    asked = {"customer_id": made["customer_id"], "reason": "other", "reason_text": WHY}
    key = {"Idempotency-Key": f"open-{made['customer_id']}"}

    first = await desk.opener.post(PATH, json=asked, headers=key)
    again = await desk.opener.post(PATH, json=asked, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["emergency_access_id"] == again.json()["emergency_access_id"]


async def test_what_is_opened_is_explained(desk: Desk) -> None:
    """As seen by the emergency access, with the grant that it carries there."""
    made = await desk.customer()
    await desk.opened(made["customer_id"])
    officer = await desk.service.as_("data_officer")
    asked = {"customer_id": made["customer_id"], "user_id": desk.opener_id}

    answer = (await officer.post("/v1/access/explain", json=asked)).json()

    fields = {f"{one['resource']}.{one['name']}": one for one in answer["fields"]}
    phone, number = fields["customers.phone"], fields["person-profiles.id_number"]
    assert answer["is_within_reach"] is True
    assert (phone["read"], phone["write"], phone["reason"]) == ("show", False, "emergency")
    assert (number["read"], number["reveal"], number["reason"]) == ("mask", True, "emergency")
    assert phone["decided_by"]["scope"] == "contact:write"
    assert "emergency" in phone["words"]["en"]
    assert "紧急" in phone["words"]["zh"]


async def test_the_settings_say_how_many_how_long_and_how_much(
    new_database: NewDatabase, settings: Settings
) -> None:
    """One a day, for a minute, for five words of ten letters."""
    urls = await new_database()
    strict = EmergencySettings(minutes=1, most_a_day=1, reason_characters=54)
    changed = settings.model_copy(update={"emergency": strict})
    async with running_service(changed, urls.app, urls.owner) as service:
        desk = await a_desk(service)
        made, other = await desk.customer(), await desk.customer()

        short = await desk.open(made["customer_id"], reason_text=WHY[:53])
        opened = (await desk.open(made["customer_id"], reason_text=WHY)).json()
        further = await desk.open(other["customer_id"], reason_text=WHY)

    assert slug(short) == "malformed"
    assert opened["until"][:16] >= opened["opened_at"][:16]
    assert _minutes(opened) == 1
    assert slug(further) == "emergency-too-often"


def _minutes(access: dict[str, Any]) -> int:
    began, ends = (access[name][11:16].split(":") for name in ("opened_at", "until"))
    return (int(ends[0]) * 60 + int(ends[1]) - int(began[0]) * 60 - int(began[1])) % 1440
