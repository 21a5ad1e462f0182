"""Row conditions and joined roles: every change is weighed by what is granted for its row."""

from uuid import uuid4

import pytest

from app.core.access import Decision
from app.features.customers.models import Customer
from tests.journeys.matrix.cells import slug
from tests.journeys.rows.clerks import HANGZHOU, SHANGHAI, SHENZHEN, Clerk, Values, every_clerk
from tests.journeys.rows.scene import Scene

CHANGED = {"phone": "+8619955550001", "last_verified_at": "2026-01-01T00:00:00Z", "district": "x"}
EVERY = {"If-Match": "*"}


def _refusal(clerk: Clerk, stored: Values, member: str) -> str | None:
    """Return what a change of a member is refused with."""
    entry = Customer.fields[member]
    everywhere = [case.policy.on_read(entry) for case in clerk.cases]
    if all(decision is Decision.HIDE for decision in everywhere):
        return "field-not-available"
    if not any(case.policy.may_write(entry) for case in clerk.cases):
        return "field-read-only"
    if not clerk.reaches(stored):
        return "not-found"
    if clerk.decision(stored, entry) is Decision.HIDE:
        return "field-not-available"
    return None if clerk.may_write(stored, entry) else "field-read-only"


@every_clerk
@pytest.mark.parametrize("member", CHANGED)
async def test_a_change_needs_the_grade_in_its_row(scene: Scene, name: str, member: str) -> None:
    """A hidden member is unknown, a read one closed; what is refused changes nothing."""
    clerk, officer = scene.clerks[name], await scene.service.as_("data_officer")
    outcomes = set()
    for customer_id, stored in scene.stored.items():
        path, sent = f"/v1/customers/{customer_id}", {member: CHANGED[member]}
        answer = await clerk.client.patch(path, json=sent, headers=EVERY)
        expected = _refusal(clerk, stored, member)
        now = (await officer.get(path)).json()
        outcomes.add(expected)

        if expected is None:
            assert answer.status_code == 200, answer.text
            shown = answer.json()
            assert {m: shown[m] for m in Customer.fields} == {
                m: clerk.view(now)[m] for m in Customer.fields
            }
            back = {member: stored[member]}
            assert (await officer.patch(path, json=back, headers=EVERY)).status_code == 200
        else:
            assert slug(answer) == expected
            assert now[member] == stored[member]
    assert len(outcomes) > 1 or member == "district"


@every_clerk
async def test_revealing_needs_its_grant_in_the_row(scene: Scene, name: str) -> None:
    """The careful clerk reveals phones of own customers alone."""
    clerk = scene.clerks[name]
    asked = {"fields": ["phone"], "purpose": "call back"}
    for customer_id, stored in scene.stored.items():
        answer = await clerk.client.post(f"/v1/customers/{customer_id}/reveal", json=asked)
        phone = Customer.fields["phone"]
        reveals = any(policy.may_reveal(phone) for policy in clerk.policies(stored))
        if reveals:
            assert answer.json()["phone"] == stored["phone"]
        else:
            assert answer.status_code in {403, 404, 422}
            assert stored["phone"] not in answer.text


async def test_parts_are_added_where_they_are_granted(scene: Scene) -> None:
    """Notes on own customers, and nowhere else; elsewhere they are not even listed."""
    clerk = scene.clerks["careful"]
    own = {one for one, stored in scene.stored.items() if stored["owner_id"]}
    for customer_id, stored in scene.stored.items():
        path = f"/v1/customers/{customer_id}/notes"
        added = await clerk.client.post(path, json={"text": "Called"})
        listed = await clerk.client.get(path)
        if customer_id in own:
            assert added.status_code == 201, added.text
            assert len(listed.json()["items"]) == 1
        elif clerk.reaches(stored):
            assert slug(added) == "field-not-available"
            assert listed.json()["items"] == []
        else:
            assert (slug(added), slug(listed)) == ("not-found", "not-found")


@pytest.mark.parametrize("name", ["two_roles", "borrower"])
async def test_a_double_is_told_only_where_its_phone_is_seen(scene: Scene, name: str) -> None:
    """Elsewhere even that it is shared would tell of a hidden value."""
    clerk = scene.clerks[name]
    phone = Customer.fields["phone"]
    for customer_id, stored in scene.stored.items():
        new = {"kind": "person", "name": "Possible double", "phone": stored["phone"]}
        answer = await clerk.client.post("/v1/customers", json=new)
        assert answer.status_code == 201, answer.text
        told = {one["customer_id"] for one in answer.json()["possible_duplicates"]}
        assert (customer_id in told) is (clerk.decision(stored, phone) is not Decision.HIDE)


async def test_archiving_stays_within_its_role(scene: Scene) -> None:
    """A role that reaches all does not carry along what another one may do."""
    clerk = scene.clerks["two_roles"]
    for customer_id, stored in scene.stored.items():
        path = f"/v1/customers/{customer_id}/archive"
        answer = await clerk.client.post(path, headers=EVERY)
        assert slug(answer) == "not-permitted", stored["department_id"]


async def test_a_customer_is_opened_where_all_it_brings_is_granted(scene: Scene) -> None:
    """By the department it is put into, as if it stood there already."""
    clerk, officer = scene.clerks["two_roles"], await scene.service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    ids = {place["name"]: place["department_id"] for place in places}
    new = {"kind": "person", "name": f"Opened {uuid4().hex}"}

    at_home = await clerk.client.post("/v1/customers", json=new)
    outcomes = {
        place: (await clerk.client.post("/v1/customers", json={**new, "department_id": ids[place]}))
        for place in (SHANGHAI, HANGZHOU, SHENZHEN)
    }

    assert at_home.status_code == 201
    assert {slug(answer) for answer in outcomes.values()} == {"field-read-only"}
