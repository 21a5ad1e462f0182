"""The matrix of creating: rows alone, customers with rows in them, and customers in batches."""

from itertools import count
from typing import Any, Final

from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import RESOURCES, Record
from tests.journeys.matrix.cells import (
    CUSTOMER,
    LISTED,
    MADE_UP,
    Seat,
    cells,
    every_seat,
    refusal,
    slug,
)
from tests.journeys.matrix.scene import Scene

WRITE = Permission.CUSTOMERS_WRITE
NESTED: Final = {
    "person_profile": RESOURCES["person-profiles"],
    "organization_profile": RESOURCES["organization-profiles"],
    "contact_points": RESOURCES["contact-points"],
    "addresses": RESOURCES["addresses"],
    "external_ids": RESOURCES["external-ids"],
}
_numbers = count(1)


def brings(scene: Scene, record: type[Record], name: str) -> dict[str, Any]:
    """Return what a new row has to bring, and one member more."""
    required = {n for n, e in record.fields.items() if e.required and not e.owned}
    optional = {"department_id"}
    known = {"department_id": scene.department_id, "other_id": scene.ids["organization"]}
    values = scene.samples(record) | known
    if record.noun == "external_id":
        values["value"] = f"external {next(_numbers)}"
    body = {n: values[n] for n in record.fields if n in required - optional}
    return body | {name: values.get(name, "x")}


def outcome(seat: Seat, record: type[Record], names: dict[str, Any]) -> str:
    """Return what the policy alone says to members of a new row."""
    entries = [record.fields[name] for name in names]
    if not seat.may(WRITE):
        return "not-permitted"
    if any(seat.hides(entry) for entry in entries):
        return "field-not-available"
    return "created" if all(map(seat.policy.may_write, entries)) else "field-read-only"


@every_seat
async def test_each_member_of_a_new_row(scene: Scene, seat: Seat) -> None:
    """A new row takes what the policy says; a hidden member is as one that was made up."""
    client = await scene.service.as_(seat.role)
    for record, entry in cells(*LISTED):
        body = brings(scene, record, entry.name)
        expected = outcome(seat, record, body)
        answer = await client.post(scene.listing(record), json=body)

        at = (record.resource, entry.name)
        if expected == "created":
            assert answer.status_code == 201, (at, slug(answer))
            assert answer.json()[entry.name] == seat.view(entry, body[entry.name]), at
        else:
            assert slug(answer) == expected, at
        if seat.hides(entry):
            made_up = {MADE_UP if n == entry.name else n: value for n, value in body.items()}
            unknown = await client.post(scene.listing(record), json=made_up)
            assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), at


@every_seat
async def test_each_member_nested_in_a_new_customer(scene: Scene, seat: Seat) -> None:
    """Parts that come with a customer follow the policy of their own record."""
    client = await scene.service.as_(seat.role)
    for member, record in NESTED.items():
        for _, entry in cells(record):
            answer = await client.post("/v1/customers", json=_whole(scene, member, entry))
            unknown = await client.post("/v1/customers", json=_whole(scene, member, None))

            at = (member, entry.name)
            expected = _nested_outcome(scene, seat, record, entry)
            assert (slug(answer) if answer.is_error else "created") == expected, at
            if seat.hides(entry):
                assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), at


def _whole(scene: Scene, member: str, entry: Field | None) -> dict[str, Any]:
    record = NESTED[member]
    row = brings(scene, record, entry.name if entry else MADE_UP)
    kind = "organization" if member == "organization_profile" else "person"
    return {"kind": kind, "name": "乙", member: row if record.single else [row]}


def _nested_outcome(scene: Scene, seat: Seat, record: type[Record], entry: Field) -> str:
    """Return the first objection to the customer's own members, or else to the row's."""
    own = outcome(seat, CUSTOMER, {"kind": "", "name": ""})
    row = outcome(seat, record, brings(scene, record, entry.name))
    if not any(map(seat.policy.may_write, record.fields.values())):
        row = "field-read-only" if seat.sees(record) else "field-not-available"
    order = ("not-permitted", "field-not-available", "field-read-only", "created")
    return min(own, row, key=order.index)


@every_seat
async def test_each_member_in_a_batch(scene: Scene, seat: Seat) -> None:
    """Items of a batch are judged as alone, whether they open or change a customer."""
    client = await scene.service.as_(seat.role)
    entries = list(CUSTOMER.fields.values())
    names = [*CUSTOMER.fields, MADE_UP]
    opened = [{"create": brings(scene, CUSTOMER, name)} for name in names]
    changed = [_change(scene, name) for name in names]
    for items in (opened, changed):
        answer = await client.post("/v1/customers/batch", json={"items": items})
        if not seat.may(WRITE):
            assert slug(answer) == "not-permitted"
            continue
        *results, unknown = answer.json()["items"]
        for entry, result in zip(entries, results, strict=True):
            _check_item(seat, entry, result, unknown, is_new=items is opened)


def _change(scene: Scene, name: str) -> dict[str, Any]:
    value = brings(scene, CUSTOMER, name)[name]
    return {"customer_id": scene.ids["person"], "if_match": "*", "change": {name: value}}


def _check_item(seat: Seat, entry: Field, result: Any, unknown: Any, *, is_new: bool) -> None:
    """Hold an item's answer against the policy, and against that of a made-up name."""
    names = {"kind": "", "name": "", entry.name: ""} if is_new else {entry.name: ""}
    expected = outcome(seat, CUSTOMER, names)
    if entry.fixed and not is_new and expected == "created":
        expected = "field-read-only"
    if expected == "created":
        assert result["status"] < 300, (entry.name, result)
        return
    assert result["problem"]["type"] == f"/problems/{expected}", (entry.name, result)
    if seat.hides(entry):
        assert without(result["problem"], entry.name) == without(unknown["problem"], MADE_UP)


def without(problem: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an item's problem without the name that was sent."""
    return problem | {"names": [known for known in problem["names"] if known != name]}
