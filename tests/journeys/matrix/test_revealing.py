"""The matrix of revealing: in clear to those who may, and a hidden name as one made up."""

from app.core.permissions import Permission
from tests.journeys.matrix.cells import MADE_UP, RECORDS, Seat, cells, every_seat, refusal, slug
from tests.journeys.matrix.scene import Scene

PURPOSE = {"purpose": "matrix of fields"}


@every_seat
async def test_each_member_revealed(scene: Scene, seat: Seat) -> None:
    """The act needs its permission, the name has to be known, and the group be revealable."""
    client = await scene.service.as_(seat.role)
    for record in RECORDS:
        path = f"{scene.one(record)}/reveal"
        unknown = refusal(await client.post(path, json={"fields": [MADE_UP], **PURPOSE}), MADE_UP)
        for _, entry in cells(record):
            answer = await client.post(path, json={"fields": [entry.name], **PURPOSE})

            at = (record.resource, entry.name)
            if not seat.may(Permission.CUSTOMERS_REVEAL) or not seat.sees(record):
                assert slug(answer) == "not-permitted", at
            elif seat.hides(entry):
                assert refusal(answer, entry.name) == unknown, at
            elif not seat.policy.may_reveal(entry):
                assert slug(answer) == "not-permitted", at
            else:
                assert answer.json()[entry.name] == scene.clear[record.resource][entry.name], at
                assert answer.json()["withheld"] == {}, at


@every_seat
async def test_a_hidden_member_beside_a_masked_one(scene: Scene, seat: Seat) -> None:
    """Revealing is refused whole when one of the names is hidden."""
    client = await scene.service.as_(seat.role)
    for record in RECORDS:
        path = f"{scene.one(record)}/reveal"
        known = [e.name for e in record.fields.values() if seat.policy.may_reveal(e)]
        for name in (e.name for e in record.fields.values() if seat.hides(e)):
            asked = [{"fields": [*known[:1], one], **PURPOSE} for one in (name, MADE_UP)]
            answer, unknown = [await client.post(path, json=one) for one in asked]

            assert answer.status_code in {403, 422}, (record.resource, name)
            assert refusal(answer, name) == refusal(unknown, MADE_UP), (record.resource, name)
