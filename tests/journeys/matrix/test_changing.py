"""The matrix of changing: a member is taken, read-only, or refused like one that was made up."""

from itertools import product

from app.core.fields import Field
from app.core.permissions import Permission
from tests.journeys.matrix.cells import (
    MADE_UP,
    RECORDS,
    Seat,
    cells,
    every_seat,
    refusal,
    slug,
)
from tests.journeys.matrix.scene import ANY, Scene

WRITE = Permission.CUSTOMERS_WRITE
CHANGED = tuple(record for record in RECORDS if record.noun != "external_id")
WRONG = ({"no": ["such", "value"]}, "\u202e", None)


@every_seat
async def test_each_member_changed(scene: Scene, seat: Seat) -> None:
    """The policy alone says which change is taken; the answer shows it as the role sees it."""
    client = await scene.service.as_(seat.role)
    for record in CHANGED:
        path = scene.one(record)
        unknown = refusal(await client.patch(path, json={MADE_UP: "x"}, headers=ANY), MADE_UP)
        for entry in record.fields.values():
            value = scene.other(record, entry)
            answer = await client.patch(path, json={entry.name: value}, headers=ANY)

            at = (record.resource, entry.name)
            if not seat.may(WRITE) or seat.hides(entry):
                assert refusal(answer, entry.name) == unknown, at
            elif entry.fixed or not seat.policy.may_write(entry):
                assert slug(answer) == "field-read-only", at
                assert answer.json()["names"] == [entry.name], at
            else:
                assert answer.json()[entry.name] == seat.view(entry, value), at


@every_seat
async def test_a_change_is_taken_whole_or_not_at_all(scene: Scene, seat: Seat) -> None:
    """A change that also names a closed or hidden member changes nothing."""
    officer = await scene.service.as_("data_officer")
    client = await scene.service.as_(seat.role)
    for record in CHANGED:
        path = scene.one(record)
        before = (await officer.get(path)).headers["etag"]
        own = [e for e in record.fields.values() if may_change(seat, e)]
        closed = [e for e in record.fields.values() if not may_change(seat, e)]
        for entry in closed:
            both = [*own[:1], entry, *own[1:2]]
            change = {e.name: scene.other(record, e) for e in both}
            answer = await client.patch(path, json=change, headers=ANY)

            assert 400 <= answer.status_code < 500, (record.resource, entry.name)
        assert (await officer.get(path)).headers["etag"] == before, record.resource


@every_seat
async def test_an_empty_change_leaves_no_trace(scene: Scene, seat: Seat) -> None:
    """Nobody is noted as having changed a row by naming nothing, least of all who may not write."""
    officer = await scene.service.as_("data_officer")
    client = await scene.service.as_(seat.role)
    for record in CHANGED:
        before = (await officer.get(scene.one(record))).headers["etag"]

        answer = await client.patch(scene.one(record), json={}, headers=ANY)

        is_taken = seat.may(WRITE) and seat.sees(record)
        assert answer.status_code == (200 if is_taken else 403), record.resource
        assert (await officer.get(scene.one(record))).headers["etag"] == before, record.resource


@every_seat
async def test_a_malformed_value_tells_nothing_of_hidden_members(scene: Scene, seat: Seat) -> None:
    """A hidden member is refused by its name before anybody looks at the value."""
    client = await scene.service.as_(seat.role)
    for (record, entry), wrong in product(cells(*CHANGED), WRONG):
        path = scene.one(record)
        answer = await client.patch(path, json={entry.name: wrong}, headers=ANY)

        at = (record.resource, entry.name, wrong)
        if seat.hides(entry) or not seat.may(WRITE):
            unknown = await client.patch(path, json={MADE_UP: wrong}, headers=ANY)
            assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), at
        elif not may_change(seat, entry):
            assert slug(answer) == "field-read-only", at
        elif wrong is not None or entry.required:
            assert slug(answer) == "malformed", at
        else:
            assert answer.json()[entry.name] is None, at


def may_change(seat: Seat, entry: Field) -> bool:
    """Whether the role may change the member of a row that stands already."""
    return seat.may(WRITE) and seat.policy.may_write(entry) and not entry.fixed
