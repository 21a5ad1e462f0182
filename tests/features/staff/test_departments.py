"""Departments: a tree of at most ten levels, each with a code and a manager."""

from typing import Any

import httpx
import pytest

from app.core.clock import new_id
from tests.features.staff.inviting import active, department, invited, slug
from tests.service import Service


async def change(service: Service, one: dict[str, Any], **values: Any) -> httpx.Response:
    """Let the administrator change a department."""
    client = await service.as_("administrator")
    path = f"/v1/departments/{one['department_id']}"
    return await client.patch(path, json=values, headers={"If-Match": "*"})


async def remove(service: Service, one: dict[str, Any], seen: str = "*") -> httpx.Response:
    """Let the administrator remove a department."""
    client = await service.as_("administrator")
    path = f"/v1/departments/{one['department_id']}"
    return await client.delete(path, headers={"If-Match": seen})


async def test_a_department_is_opened_changed_and_removed(staffed_service: Service) -> None:
    """It has a name in both languages, a code and a manager, and starts from what was seen."""
    lead = await active(staffed_service)
    code = new_id().hex
    made = await department(
        staffed_service, name_zh="测试部", code=code, manager_id=lead["user_id"]
    )
    client = await staffed_service.as_("sales")
    seen = await client.get(f"/v1/departments/{made['department_id']}")

    renamed = await change(staffed_service, made, name="Renamed", manager_id=None)
    stale = await remove(staffed_service, made, seen.headers["etag"])
    gone = await remove(staffed_service, made, renamed.headers["etag"])

    assert seen.json() == made
    assert renamed.json() == {**made, "name": "Renamed", "manager_id": None}
    assert (stale.status_code, gone.status_code) == (412, 204)
    assert (await client.get(f"/v1/departments/{made['department_id']}")).status_code == 404


async def test_a_code_names_one_department(staffed_service: Service) -> None:
    """Neither a new department nor a changed one takes another's code."""
    code = new_id().hex
    await department(staffed_service, code=code)
    other = await department(staffed_service)
    client = await staffed_service.as_("administrator")

    new = await client.post("/v1/departments", json={"name": "x", "code": code})
    changed = await change(staffed_service, other, code=code)

    assert [slug(new), slug(changed)] == ["department-code-taken"] * 2


async def test_a_ring_is_refused(staffed_service: Service) -> None:
    """No department stands below itself or below what is below it."""
    top = await department(staffed_service)
    below = await department(staffed_service, parent_id=top["department_id"])

    itself = await change(staffed_service, top, parent_id=top["department_id"])
    ring = await change(staffed_service, top, parent_id=below["department_id"])

    assert [slug(itself), slug(ring)] == ["department-below-itself"] * 2


async def test_the_tree_has_ten_levels(staffed_service: Service) -> None:
    """An eleventh level is refused, for a new department and for one that brings a level along."""
    above = lowest = await department(staffed_service)
    for _ in range(9):
        above, lowest = lowest, await department(staffed_service, parent_id=lowest["department_id"])
    pair = await department(staffed_service)
    await department(staffed_service, parent_id=pair["department_id"])
    client = await staffed_service.as_("administrator")

    new = await client.post(
        "/v1/departments", json={"name": "x", "parent_id": lowest["department_id"]}
    )
    moved = await change(staffed_service, pair, parent_id=above["department_id"])

    assert [slug(new), slug(moved)] == ["departments-too-deep"] * 2


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"parent_id": str(new_id())}, "department-unknown"),
        ({"manager_id": str(new_id())}, "colleague-not-available"),
        ({"name": None}, "malformed"),
        ({"nickname": "x"}, "field-not-available"),
    ],
)
async def test_what_does_not_fit_is_refused(
    staffed_service: Service, values: dict[str, object], problem: str
) -> None:
    """What a department refers to must be there."""
    made = await department(staffed_service)

    assert slug(await change(staffed_service, made, **values)) == problem


async def test_a_manager_is_active(staffed_service: Service) -> None:
    """Who has not come yet leads nothing."""
    made = await department(staffed_service)
    guest = await invited(staffed_service)

    answer = await change(staffed_service, made, manager_id=guest["user_id"])

    assert slug(answer) == "colleague-not-available"


async def test_what_is_in_use_stays(staffed_service: Service) -> None:
    """A department with users, customers or departments is not removed."""
    used, further, above, owning = [await department(staffed_service) for _ in range(4)]
    await department(staffed_service, parent_id=above["department_id"])
    await invited(staffed_service, department_id=used["department_id"])
    await invited(
        staffed_service,
        department_id=used["department_id"],
        further_department_ids=[further["department_id"]],
    )
    officer = await staffed_service.as_("data_officer")
    body = {"kind": "person", "name": "王小明", "department_id": owning["department_id"]}
    opened = await officer.post("/v1/customers", json=body)

    answers = [await remove(staffed_service, one) for one in (used, further, above, owning)]

    assert opened.status_code == 201, opened.text
    assert [slug(answer) for answer in answers] == ["department-in-use"] * 4


async def test_only_administrators_change_departments(staffed_service: Service) -> None:
    """Everybody reads the departments, and nobody else changes them."""
    client = await staffed_service.as_("sales")

    answer = await client.post("/v1/departments", json={"name": "x"})

    assert (answer.status_code, slug(answer)) == (403, "not-permitted")
