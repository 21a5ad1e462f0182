"""The matrix of removing: only who may write the whole of a row may take it away."""

from app.core.permissions import Permission
from app.core.records import Record
from tests.journeys.matrix.cells import PARTS, Seat, every_seat, slug
from tests.journeys.matrix.scene import ANY, Scene

ROWS = tuple(record for record in PARTS if not record.single)


@every_seat
async def test_each_row_removed(scene: Scene, seat: Seat) -> None:
    """A row goes for who may write every member of it; for all others it stays as it is."""
    officer = await scene.service.as_("data_officer")
    client = await scene.service.as_(seat.role)
    for record in ROWS:
        path = await a_row(scene, seat, record)

        answer = await client.delete(path, headers=ANY)

        left = await officer.get(path)
        assert (slug(answer) or "gone") == outcome(seat, record), record.resource
        assert left.status_code == (404 if answer.status_code == 204 else 200), record.resource


async def a_row(scene: Scene, seat: Seat, record: type[Record]) -> str:
    """Add a row as the data officer, and return its address."""
    officer = await scene.service.as_("data_officer")
    new = scene.samples(record)
    if record.noun == "relationship":
        new["other_id"] = scene.ids["organization"]
    if record.noun == "external_id":
        new["value"] = f"{scene.ids['person']} {seat.role}"
    made = await officer.post(scene.listing(record), json=new)
    return f"{scene.listing(record)}/{made.json()[record.key]}"


def outcome(seat: Seat, record: type[Record]) -> str:
    """Return what the policy alone says."""
    settable = [entry for entry in record.fields.values() if not entry.owned]
    if not seat.may(Permission.CUSTOMERS_WRITE) or not seat.sees(record):
        return "not-permitted"
    if any(map(seat.hides, settable)):
        return "field-not-available"
    return "gone" if all(map(seat.policy.may_write, settable)) else "field-read-only"
