"""The matrix of ETags: they follow what a role sees, and nothing else."""

import pytest

from app.core.permissions import Permission
from app.core.records import Record
from tests.journeys.matrix.cells import RECORDS, SEATS, Seat, slug
from tests.journeys.matrix.scene import ANY, Scene, changeable

CHANGED = [record for record in RECORDS if record.noun != "external_id"]


@pytest.mark.parametrize("record", CHANGED, ids=lambda record: record.resource)
async def test_each_member_changed_under_each_role(scene: Scene, record: type[Record]) -> None:
    """A change disturbs a role's ETag, its 304 and its 412 if and only if the role sees it."""
    officer = await scene.service.as_("data_officer")
    seats = [seat for seat in SEATS.values() if _reads(seat, record)]
    await scene.look(record)
    held = {seat.role: await _etag(scene, seat, record, '"none"') for seat in seats}
    for entry in changeable(record):
        before = {seat.role: scene.row(seat, record) for seat in seats}
        change = {entry.name: scene.other(record, entry)}
        changed = await officer.patch(scene.one(record), json=change, headers=ANY)
        assert changed.status_code == 200, (entry.name, slug(changed))
        await scene.look(record)

        for seat in seats:
            fresh = await _etag(scene, seat, record, held[seat.role])
            is_same = scene.row(seat, record) == before[seat.role]
            assert (fresh == held[seat.role]) is is_same, (seat.role, entry.name)
            held[seat.role] = fresh


def _reads(seat: Seat, record: type[Record]) -> bool:
    return seat.may(Permission.CUSTOMERS_READ) and seat.sees(record)


async def _etag(scene: Scene, seat: Seat, record: type[Record], held: str) -> str:
    """Return the ETag that a role gets, which is 304's business, too."""
    client = await scene.service.as_(seat.role)
    answer = await client.get(scene.one(record), headers={"If-None-Match": held})
    etag: str = answer.headers["etag"]
    assert (answer.status_code == 304) is (etag == held)
    assert (answer.content == b"") is (etag == held)
    return etag
