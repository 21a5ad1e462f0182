"""The matrix of history: what a record was is projected as what it is, by today's rights."""

from typing import Any

import pytest

from app.core.permissions import Permission
from app.core.records import RESOURCES, TRACE, Record
from tests.journeys.matrix.cells import MADE_UP, Seat, every_seat, refusal, slug
from tests.journeys.matrix.scene import Scene, a_scene
from tests.service import Service

READ = Permission.CUSTOMERS_READ
KEPT = ("customers", "person-profiles", "organization-profiles")


@pytest.fixture(scope="module")
async def changed(service: Service) -> tuple[Scene, dict[str, dict[str, Any]]]:
    """A scene after every field was changed, and the values from before."""
    scene = await a_scene(service)
    before = scene.clear.copy()
    await scene.change()
    return scene, before


Changed = tuple[Scene, dict[str, dict[str, Any]]]


@every_seat
@pytest.mark.parametrize("resource", KEPT)
async def test_each_member_of_what_was(changed: Changed, seat: Seat, resource: str) -> None:
    """Old and new values are shown, masked or withheld; hidden changes are not even named."""
    scene, before = changed
    record = RESOURCES[resource]
    client = await scene.service.as_(seat.role)
    path = f"{scene.customer(record)}/history"

    answer = await client.get(path, params={"resource": resource})

    if not seat.may(READ) or not seat.sees(record):
        assert slug(answer) == "not-permitted"
        return
    spans = answer.json()["items"]
    new, old = [_view(seat, record, clear[resource]) for clear in (scene.clear, before)]
    differing = [name for name in record.fields if new[name] != old[name]]
    assert _shown(record, spans[0]) == new
    assert _shown(record, spans[-1]) == old
    assert spans[0]["changed"] == differing
    assert len(spans) == (2 if differing else 1)
    if TRACE.name not in seat.policy.grades:
        assert {span["changed_by"] for span in spans} == {None}


def _view(seat: Seat, record: type[Record], clear: dict[str, Any]) -> dict[str, Any]:
    return {name: seat.view(e, clear[name]) for name, e in record.fields.items()}


def _shown(record: type[Record], span: dict[str, Any]) -> dict[str, Any]:
    return {name: span["record"][name] for name in record.fields}


@every_seat
async def test_other_records_are_as_unknown_ones(changed: Changed, seat: Seat) -> None:
    """A resource without a history of its own is refused like one that was made up."""
    scene, _ = changed
    client = await scene.service.as_(seat.role)
    path = f"/v1/customers/{scene.ids['person']}/history"
    unknown = await client.get(path, params={"resource": MADE_UP})

    for resource in RESOURCES.keys() - set(KEPT):
        answer = await client.get(path, params={"resource": resource})

        assert refusal(answer, "resource") == refusal(unknown, "resource"), resource
