"""The matrix of selecting: one record, lists, parts brought along, and chosen members."""

from typing import Any

import httpx

from app.core.permissions import Permission
from tests.journeys.matrix.cells import (
    ARCHIVE,
    LISTED,
    MADE_UP,
    PARTS,
    RECORDS,
    Seat,
    cells,
    every_seat,
    refusal,
    slug,
)
from tests.journeys.matrix.scene import Scene

READ = Permission.CUSTOMERS_READ


@every_seat
async def test_each_member_of_one_record(scene: Scene, seat: Seat) -> None:
    """One record holds each member in clear, masked or withheld, as the policy alone decides."""
    client = await scene.service.as_(seat.role)
    for record in RECORDS:
        answer = await client.get(scene.one(record))

        if not seat.may(READ) or not seat.sees(record):
            assert slug(answer) == "not-permitted", record.resource
        else:
            shown = answer.json()
            assert {n: shown[n] for n in (*record.fields, "withheld")} == scene.row(seat, record)


@every_seat
async def test_each_member_in_lists(scene: Scene, seat: Seat) -> None:
    """A list holds the same as the record itself, but for what it leaves out."""
    client = await scene.service.as_(seat.role)
    for record in LISTED:
        answer = await client.get(scene.listing(record), params={"limit": 200})

        if not seat.may(READ) or not seat.sees(record):
            assert slug(answer) == "not-permitted", record.resource
        else:
            expected = scene.listed(seat, record)
            (row,) = [r for r in answer.json()["items"] if r[record.key] == expected[record.key]]
            assert row == expected, record.resource


@every_seat
async def test_each_member_of_parts_brought_along(scene: Scene, seat: Seat) -> None:
    """`include` brings the same view, or refuses the part's name like one that was made up."""
    client = await scene.service.as_(seat.role)
    for way in ("one", "list"):
        for record in PARTS:
            name = record.table.name if not record.single else record.noun
            path = scene.customer(record) if way == "one" else "/v1/customers"
            answer = await client.get(path, params={"include": name})
            unknown = await client.get(path, params={"include": MADE_UP})

            if not seat.may(READ) or not seat.sees(record):
                assert refusal(answer, name) == refusal(unknown, MADE_UP), (way, name)
            else:
                part = _part(answer, scene.customer(record), name)
                assert part == scene.row(seat, record), (way, name)


def _part(answer: httpx.Response, path: str, name: str) -> Any:
    body = answer.json()
    rows = body.get("items", [body])
    (row,) = [row for row in rows if row["customer_id"] == path.rpartition("/")[2]]
    return row[name][0] if isinstance(row[name], list) else row[name]


@every_seat
async def test_each_member_chosen_by_name(scene: Scene, seat: Seat) -> None:
    """`fields` gives the member and the id, or refuses it like one that was made up."""
    client = await scene.service.as_(seat.role)
    unknown = {
        r.resource: await client.get(scene.one(r), params={"fields": MADE_UP}) for r in RECORDS
    }
    for record, entry in cells():
        answer = await client.get(scene.one(record), params={"fields": entry.name})

        at = (record.resource, entry.name)
        if not seat.may(READ) or not seat.sees(record) or seat.hides(entry):
            assert refusal(answer, entry.name) == refusal(unknown[at[0]], MADE_UP), at
        else:
            expected = scene.row(seat, record)
            chosen = {n: expected[n] for n in (record.key, entry.name)}
            withheld = {n: w for n, w in expected["withheld"].items() if n in chosen}
            assert answer.json() == {**chosen, "withheld": withheld}, at


@every_seat
async def test_each_member_of_lists_chosen_by_name(scene: Scene, seat: Seat) -> None:
    """`fields` of a list behaves as that of one record."""
    client = await scene.service.as_(seat.role)
    for record in LISTED:
        path = scene.listing(record)
        unknown = await client.get(path, params={"fields": MADE_UP, "limit": 200})
        for _, entry in cells(record):
            answer = await client.get(path, params={"fields": entry.name, "limit": 200})

            at = (record.resource, entry.name)
            if not seat.may(READ) or not seat.sees(record) or seat.hides(entry):
                assert refusal(answer, entry.name) == refusal(unknown, MADE_UP), at
            else:
                expected = scene.row(seat, record)
                (row,) = [
                    r for r in answer.json()["items"] if r[record.key] == expected[record.key]
                ]
                assert row[entry.name] == expected[entry.name], at
                assert row.keys() == {record.key, entry.name, "withheld"}, at


@every_seat
async def test_each_member_in_the_catalogue_and_among_ones_rights(scene: Scene, seat: Seat) -> None:
    """What a form can be drawn from names what the role sees, and says how; nothing else."""
    client = await scene.service.as_(seat.role)
    rights = (await client.get("/v1/me/permissions")).json()["resources"]
    unknown = await client.get(f"/v1/meta/{MADE_UP}")
    for record in RECORDS:
        answer = await client.get(f"/v1/meta/{record.resource}")

        seen = {n: e for n, e in record.fields.items() if not seat.hides(e)}
        if not seen:
            assert refusal(answer)["body"] | {"instance": ""} == refusal(unknown)["body"] | {
                "instance": ""
            }
            assert record.resource not in rights
        else:
            decisions = {n: seat.policy.on_read(e).value for n, e in seen.items()}
            assert {f["name"]: f["read"] for f in answer.json()["fields"]} == decisions
            assert {f["name"]: f["read"] for f in rights[record.resource]} == decisions


async def test_the_scene_is_full(scene: Scene) -> None:
    """Every field holds a value, so that nothing is found hidden because it is empty."""
    empty = [
        (resource, name)
        for resource in ARCHIVE
        for name, value in scene.clear[resource].items()
        if value is None
    ]

    assert empty == []
