"""Tests of the rules of pools."""

from typing import Any
from uuid import UUID

import pytest

from tests.colleagues import a_client, a_role
from tests.features.pool.floor import EVERY, RULES, Floor, act, stored
from tests.journeys.matrix.cells import slug

NOWHERE = "01890000-0000-7000-8000-00000000000a"


async def test_a_pool_is_seen_where_it_holds(floor: Floor) -> None:
    """Elsewhere it is like one that does not exist."""
    path, south = f"/v1/pools/{floor.pool_id}", await floor.service.as_("sales_south")

    own, other = await floor.seller.get(path), await south.get(path)
    listed = (await floor.seller.get("/v1/pools")).json()["items"]
    none = (await south.get("/v1/pools")).json()["items"]

    assert own.json()["takes_per_day"] == 1000
    assert (slug(other), slug(await south.get(f"{path}/due"))) == ("not-found", "not-found")
    assert slug(await south.get(f"/v1/pools/{NOWHERE}")) == "not-found"
    assert ([pool["pool_id"] for pool in listed], none) == ([floor.pool_id], [])


async def test_a_change_names_what_it_saw(floor: Floor) -> None:
    """412 when somebody was faster; the line holds the rules."""
    path = f"/v1/pools/{floor.pool_id}"
    etag = (await floor.officer.get(path)).headers["etag"]
    seen = {"If-Match": etag}

    changed = await floor.officer.patch(path, json={"warn_days": 9}, headers=seen)
    stale = await floor.officer.patch(path, json={"warn_days": 8}, headers=seen)
    missing = await floor.officer.patch(path, json={"warn_days": 8})
    seller = await floor.seller.patch(path, json={"warn_days": 8}, headers=EVERY)
    (line,) = await floor.service.lines_of(changed)
    await floor.rules(warn_days=7)

    assert (changed.status_code, changed.json()["warn_days"]) == (200, 9)
    assert (slug(stale), slug(missing)) == ("stale", "if-match-missing")
    assert slug(seller) == "not-permitted"
    assert (line["operation"], '"warn_days":9' in line["detail"]) == ("change_pool", True)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({}, "pool-exists"),
        ({"department_id": NOWHERE}, "department-not-available"),
        ({"takes_per_day": 0}, "malformed"),
        ({"contact_views_per_day": None}, "malformed"),
        ({"return_after_days": 100_000}, "malformed"),
        ({"counts_from": "2020-01-01"}, "field-not-available"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_is_no_pool(floor: Floor, values: dict[str, Any], refusal: str) -> None:
    """A second one of a department, nowhere, and numbers that will not do."""
    new = {"department_id": floor.shanghai, **RULES, **values}

    assert slug(await floor.officer.post("/v1/pools", json=new)) == refusal


async def test_managing_reaches_as_far_as_the_role(floor: Floor) -> None:
    """Of one's own department and below; a pool above is seen, and not changed."""
    role = await a_role(floor.service, "pool:manage", "customers:read", "classes:read")
    home = UUID(floor.shanghai)
    client = await a_client(floor.service, role, department_id=home)
    new = {**RULES, "department_id": floor.places["Shenzhen sales"]}

    changed = await client.patch(f"/v1/pools/{floor.pool_id}", json={"warn_days": 7}, headers=EVERY)

    assert changed.status_code == 200
    assert slug(await client.post("/v1/pools", json=new)) == "department-not-available"


async def test_the_nearest_pool_holds(floor: Floor) -> None:
    """For departments below, until they have their own; ended, it holds no more."""
    places = floor.places
    region = {**RULES, "department_id": places["South China"], "takes_per_day": 7}
    south = await floor.service.as_("sales_south")
    customer_id = await floor.customer(department_id=places["Shenzhen sales"])
    await floor.officer.post("/v1/pools", json=region)
    released = await act(floor.officer, customer_id, "release", reason="other")
    masked = (await south.get(f"/v1/customers/{customer_id}")).json()["withheld"]
    (seen,) = (await south.get("/v1/pools")).json()["items"]

    own = {**RULES, "department_id": places["Shenzhen sales"], "takes_per_day": 3}
    near = (await floor.officer.post("/v1/pools", json=own)).json()
    nearest = (await south.get("/v1/pools")).json()["items"]
    for pool_id in (near["pool_id"], seen["pool_id"]):
        assert (await floor.officer.post(f"/v1/pools/{pool_id}/end")).status_code == 200
    shown = (await south.get(f"/v1/customers/{customer_id}")).json()

    assert released.status_code == 200
    assert (masked["phone"], seen["takes_per_day"]) == ("masked", 7)
    assert [pool["takes_per_day"] for pool in nearest] == [3]
    assert "phone" not in shown["withheld"]
    assert slug(await act(south, customer_id, "take")) == "no-pool"
    assert slug(await floor.officer.post(f"/v1/pools/{seen['pool_id']}/end")) == "not-found"
    assert (await stored(floor, customer_id))["pooled_at"] is not None


async def test_a_department_with_a_pool_stays(floor: Floor) -> None:
    """It is in use."""
    administrator = await floor.service.as_("administrator")
    new = {"name": "Short-lived"}
    made = (await administrator.post("/v1/departments", json=new)).json()
    rules = {**RULES, "department_id": made["department_id"]}
    pool = (await floor.officer.post("/v1/pools", json=rules)).json()
    path = f"/v1/departments/{made['department_id']}"

    kept = await administrator.delete(path, headers=EVERY)
    await floor.officer.post(f"/v1/pools/{pool['pool_id']}/end")
    gone = await administrator.delete(path, headers=EVERY)

    assert (slug(kept), gone.status_code) == ("department-in-use", 204)
