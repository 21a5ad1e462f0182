"""The matrix of comparing: query filters with every operator, order, and counts over them."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import Record
from tests.journeys.matrix.cells import (
    LISTED,
    MADE_UP,
    OPERATORS,
    Seat,
    cells,
    compared,
    every_seat,
    refusal,
    slug,
)
from tests.journeys.matrix.scene import Scene

READ = Permission.CUSTOMERS_READ


@every_seat
async def test_each_member_compared_in_each_way(scene: Scene, seat: Seat) -> None:
    """A filter is admitted, refused for its operator, or refused like a name that was made up."""
    client = await scene.service.as_(seat.role)
    for record, operator in ways(seat):
        path = scene.listing(record)
        made_up = {f"{MADE_UP}.{operator}": "x"}
        unknown = refusal(await client.get(path, params=made_up), MADE_UP)
        for home, entry in compared(record):
            asked = {f"{entry.name}.{operator}": operand(scene, home, entry, operator)}
            answer = await client.get(path, params=asked | {"limit": "1"})

            at = (record.resource, entry.name, operator)
            if not seat.may(READ) or not seat.sees(record) or seat.hides(entry):
                assert refusal(answer, entry.name) == unknown, at
            elif entry.is_sealed or operator not in entry.kind.operators:
                assert slug(answer) == "operator-not-available", at
            else:
                assert answer.status_code == 200, (at, slug(answer))


@every_seat
async def test_each_member_compared_and_counted(scene: Scene, seat: Seat) -> None:
    """A count over a hidden member is refused; over a shown one it counts the row that fits."""
    client = await scene.service.as_(seat.role)
    for record in LISTED:
        path = scene.listing(record)
        asked = {"count": "exact", MADE_UP: "x"}
        unknown = refusal(await client.get(path, params=asked), MADE_UP)
        for home, entry in compared(record):
            value = operand(scene, home, entry, "eq")
            asked = {"count": "exact", "limit": "1", entry.name: value}
            answer = await client.get(path, params=asked)

            at = (record.resource, entry.name)
            if not seat.may(READ) or not seat.sees(record) or seat.hides(entry):
                assert refusal(answer, entry.name) == unknown, at
            elif entry.is_sealed or "eq" not in entry.kind.operators:
                assert slug(answer) == "operator-not-available", at
            else:
                assert answer.json()["count"] >= 1, at


@every_seat
async def test_each_member_ordered_by(scene: Scene, seat: Seat) -> None:
    """An order by a member is admitted, not possible, or refused like a made-up name."""
    client = await scene.service.as_(seat.role)
    for record, sign in product(LISTED, ("", "-")):
        path = scene.listing(record)
        unknown = refusal(await client.get(path, params={"sort": sign + MADE_UP}), MADE_UP)
        for _, entry in cells(record):
            asked = {"sort": sign + entry.name, "limit": "1"}
            answer = await client.get(path, params=asked)

            at = (record.resource, sign + entry.name)
            if not seat.may(READ) or not seat.sees(record) or seat.hides(entry):
                assert refusal(answer, entry.name) == unknown, at
            elif entry.is_sealed or not entry.kind.operators & {"eq", "lt"}:
                assert slug(answer) == "operator-not-available", at
            else:
                assert answer.status_code == 200, (at, slug(answer))


def ways(seat: Seat) -> Iterator[tuple[type[Record], str]]:
    """Go through all operators, or one where all that is asked of a record is refused alike."""
    for record in LISTED:
        is_open = seat.may(READ) and seat.sees(record)
        yield from ((record, operator) for operator in OPERATORS[: None if is_open else 1])


def operand(scene: Scene, record: type[Record], entry: Field, operator: str) -> Any:
    """Return the row's own value as a query writes it."""
    if operator == "null":
        return "false"
    value = scene.clear[record.resource][entry.name]
    return str(value).lower() if isinstance(value, bool) else str(value)
