"""What passes, lent or opened in an emergency, is for looking: explained as such, and no more."""

from datetime import timedelta

import orjson
import pytest

from app.core.access import Decision
from app.core.clock import now
from app.features.customers.models import Customer
from tests.journeys.matrix.cells import slug
from tests.journeys.rows.clerks import Clerk, Values, every_clerk
from tests.journeys.rows.scene import Scene

EVERY = {"If-Match": "*"}
passing = pytest.mark.parametrize("name", ["borrower", "rescuer"])


def _by(clerk: Clerk, stored: Values) -> set[str]:
    """Return by which ways a customer is there."""
    return {case.by for case in clerk.cases if case.holds(stored)}


@every_clerk
async def test_what_is_explained_is_what_is_seen_and_why(scene: Scene, name: str) -> None:
    """Field by field: granted, lent, or open in an emergency."""
    clerk, officer = scene.clerks[name], await scene.service.as_("data_officer")
    me = (await clerk.client.get("/v1/me")).json()["user_id"]
    words = {Decision.SHOW: "show", Decision.MASK: "mask", Decision.HIDE: "hide"}
    ways = set()
    for customer_id, stored in scene.stored.items():
        asked = {"customer_id": customer_id, "user_id": me}
        told = (await officer.post("/v1/access/explain", json=asked)).json()
        fields = {one["name"]: one for one in told["fields"] if one["resource"] == "customers"}
        assert told["is_within_reach"] is clerk.reaches(stored)
        for member, entry in Customer.fields.items():
            field, by = fields[member], clerk.said_by(stored, entry)
            assert field["read"] == words[clerk.decision(stored, entry)], member
            assert field["write"] is clerk.may_write(stored, entry), member
            assert (field["reason"] if by in {"lent", "emergency"} else "granted") == (
                by or "granted"
            ), member
            assert by in {"lent", "emergency"} or field["reason"] not in {"lent", "emergency"}
            ways.add(by)
    assert name not in {"borrower", "rescuer"} or {"granted", "lent", None} <= ways
    assert ("emergency" in ways) is (name == "rescuer")


@passing
async def test_no_act_is_done_to_what_passes(scene: Scene, name: str) -> None:
    """It is not archived, tied or lent on; its log is not open, and it is explained to nobody."""
    clerk = scene.clerks[name]
    until, tried = (now() + timedelta(days=1)).isoformat(), 0
    for customer_id, stored in scene.stored.items():
        ways = _by(clerk, stored)
        if "granted" in ways or not ways:
            continue
        path = f"/v1/customers/{customer_id}"
        tie = {"other_id": customer_id, "type": "partner"}
        near = next(one for one, s in scene.stored.items() if "granted" in _by(clerk, s))
        lent = {"department_id": stored["department_id"], "groups": ["identity"], "until": until}
        answers = [
            await clerk.client.post(f"{path}/archive", headers=EVERY),
            await clerk.client.post(f"{path}/notes", json={"text": "Mine"}),
            await clerk.client.delete(f"{path}", headers=EVERY),
            await clerk.client.post(f"/v1/customers/{near}/relationships", json=tie),
            await clerk.client.post(
                "/v1/sharing-grants", json={"customer_id": customer_id, **lent}
            ),
            await clerk.client.get(f"{path}/access-log"),
            await clerk.client.post(
                "/v1/access/explain", json={"customer_id": customer_id, "role": "sales"}
            ),
        ]
        assert all(answer.status_code in {403, 404, 405, 422} for answer in answers), [
            answer.text for answer in answers
        ]
        assert slug(answers[0]) == "not-permitted"
        tried += 1
    assert tried > 2


@passing
async def test_parts_are_listed_where_their_group_passes(scene: Scene, name: str) -> None:
    """Notes of what is lent with notes, or open; elsewhere there are none, or not the customer."""
    clerk, officer = scene.clerks[name], await scene.service.as_("data_officer")
    remark = Customer.fields["remark"]  # of the group of the notes
    for customer_id, stored in scene.stored.items():
        path = f"/v1/customers/{customer_id}/notes"
        assert (await officer.post(path, json={"text": "Called"})).status_code == 201
        listed = await clerk.client.get(path)
        counted = await clerk.client.get(f"{path}?count=exact&limit=1")
        if not clerk.reaches(stored):
            assert (slug(listed), slug(counted)) == ("not-found", "not-found")
            continue
        texts = [note["text"] for note in listed.json()["items"]]
        seen = clerk.decision(stored, remark) is Decision.SHOW
        assert texts == ["Called"] * len(texts)
        assert bool(texts) is seen
        assert counted.json()["count"] == len(texts)


async def test_lines_say_what_was_open_and_nothing_else(scene: Scene) -> None:
    """In a list, of each customer that was opened and shown; of those who opened nothing, none."""
    rescuer = scene.clerks["rescuer"]
    opened = {one for one, stored in scene.stored.items() if "emergency" in _by(rescuer, stored)}
    for name, clerk in scene.clerks.items():
        for query in ("limit=200", "limit=200&tier=A", "limit=3&sort=tier"):
            answer = await clerk.client.get(f"/v1/customers?{query}")
            (line,) = await scene.service.lines_of(answer)
            shown = {item["customer_id"] for item in answer.json()["items"]}
            told = orjson.loads(line["detail"] or "{}").get("emergency", {})
            assert set(told) == (opened & shown if name == "rescuer" else set()), query
