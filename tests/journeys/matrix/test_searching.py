"""The matrix of searching: trees of comparisons in every way, words, members, order and counts."""

from typing import Any

import httpx
import pytest

from app.core.fields import Field
from app.core.permissions import Permission
from tests.journeys.matrix.cells import (
    CUSTOMER,
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
JOINTS = ("alone", "all", "any", "not")


async def search(scene: Scene, seat: Seat, **asked: Any) -> httpx.Response:
    """Search as a role."""
    client = await scene.service.as_(seat.role)
    return await client.post("/v1/customers/search", json=asked)


@every_seat
async def test_each_member_in_a_tree(scene: Scene, seat: Seat) -> None:
    """A comparison is admitted, refused for its operator, or refused like a made-up name."""
    for operator in OPERATORS[: None if seat.may(READ) else 1]:
        unknown = await search(scene, seat, filter=leaf(MADE_UP, operator, "x"))
        for record, entry in compared(CUSTOMER):
            value = operand(scene.clear[record.resource][entry.name], operator)
            answer = await search(scene, seat, filter=leaf(entry.name, operator, value), limit=1)

            at = (entry.name, operator)
            if not seat.may(READ) or seat.hides(entry):
                assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), at
            elif not comparable(seat, entry, operator):
                assert slug(answer) == "operator-not-available", at
            else:
                assert answer.status_code == 200, (at, slug(answer))


def leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    """Write a comparison."""
    return {"field": name, "op": operator, "value": value}


def operand(value: Any, operator: str) -> Any:
    """Return what a member is compared with."""
    if operator == "null":
        return False
    return [value] if operator in {"in", "any", "all"} else value


def comparable(seat: Seat, entry: Field, operator: str) -> bool:
    """Whether the search takes it: open ones seen in clear, sealed ones by their whole value."""
    if entry.is_sealed:
        return entry.lookup is not None and operator == "eq"
    return seat.shows(entry) and operator in entry.kind.operators


@every_seat
@pytest.mark.parametrize("joint", JOINTS)
async def test_each_member_within_a_tree(scene: Scene, seat: Seat, joint: str) -> None:
    """Neither depth nor company of other comparisons makes a hidden name known."""
    known = leaf("tier", "eq", "A")
    made_up = joined(joint, known, leaf(MADE_UP, "eq", "x"))
    unknown = await search(scene, seat, filter=made_up, limit=1)
    for record, entry in compared(CUSTOMER):
        value = scene.clear[record.resource][entry.name]
        tree = joined(joint, known, leaf(entry.name, "eq", value))
        answer = await search(scene, seat, filter=tree, limit=1)

        if not seat.may(READ) or seat.hides(entry):
            assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), entry.name
        elif comparable(seat, entry, "eq"):
            assert answer.status_code == 200, (entry.name, slug(answer))


def joined(joint: str, known: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Put a comparison into the company of another."""
    if joint == "alone":
        return asked
    return {"not": asked} if joint == "not" else {"all": [{joint: [known, asked]}]}


@every_seat
@pytest.mark.parametrize("way", ["fields", "sort", "count"])
async def test_each_member_named_in_a_search(scene: Scene, seat: Seat, way: str) -> None:
    """Members, order and counts of a search follow the same rule."""
    unknown = await search(scene, seat, **named(way, MADE_UP, "x"))
    for record, entry in cells(CUSTOMER):
        value = scene.clear[record.resource][entry.name]
        answer = await search(scene, seat, **named(way, entry.name, value))

        if not seat.may(READ) or seat.hides(entry):
            assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), entry.name
        elif way == "fields":
            assert answer.status_code == 200, (entry.name, slug(answer))
        elif way == "sort" and entry.is_sealed:
            assert slug(answer) == "operator-not-available", entry.name
        elif way == "count" and comparable(seat, entry, "eq"):
            assert answer.json()["count"] >= 1, entry.name


def named(way: str, name: str, value: Any) -> dict[str, Any]:
    """Name a member in one of the places of a search."""
    if way == "fields":
        return {"fields": [name], "limit": 1}
    if way == "sort":
        return {"sort": f"-{name}", "limit": 1}
    return {"filter": leaf(name, "eq", value), "count": "exact", "limit": 1}


@every_seat
async def test_words_are_searched_in_names_one_sees(scene: Scene, seat: Seat) -> None:
    """`q` finds a name that is seen in clear; to all others it is a member that was made up."""
    answer = await search(scene, seat, q="甲 customer name")
    unknown = await search(scene, seat, **{MADE_UP: "甲 customer name"})

    if seat.may(READ) and seat.shows(CUSTOMER.fields["name"]):
        found = [row["customer_id"] for row in answer.json()["items"]]
        assert scene.ids["person"] in found
    else:
        assert refusal(answer, "q") == refusal(unknown, MADE_UP)
