"""Finding users by status, role, department, and how a name begins."""

import pytest

from tests.features.staff.inviting import department, invited, slug
from tests.service import Service


async def test_lists_are_narrowed(staffed_service: Service) -> None:
    """Users are found by status, role, department, and how a name begins."""
    place = await department(staffed_service)
    made = await invited(
        staffed_service,
        display_name="甄妮 Zhen Nixi",
        roles=["service"],
        department_id=place["department_id"],
    )
    client = await staffed_service.as_("administrator")
    queries = [
        f"department_id={place['department_id']}",
        f"status=invited&role=service&department_id={place['department_id']}",
        "q=ＺＨＥＮ nixi",
        "q=甄",
        f"q={made['username']}",
        "q=nixi",
    ]
    for query in queries:
        listed = (await client.get(f"/v1/users?{query}&count=exact")).json()
        assert [user["user_id"] for user in listed["items"]] == [made["user_id"]], query
        assert listed["count"] == 1
    assert (await client.get("/v1/users?q=zhen&role=sales")).json()["items"] == []


@pytest.mark.parametrize("query", ["status=gone", "department_id=x"])
async def test_odd_filters_are_refused(staffed_service: Service, query: str) -> None:
    """A filter that can fit nothing is malformed."""
    answer = await (await staffed_service.as_("administrator")).get(f"/v1/users?{query}")

    assert (answer.status_code, slug(answer)) == (422, "malformed")


async def test_a_cursor_belongs_to_its_filters(staffed_service: Service) -> None:
    """The next page of one question is none of another."""
    client = await staffed_service.as_("administrator")
    cursor = (await client.get("/v1/users?limit=1")).json()["next_cursor"]
    answer = await client.get(f"/v1/users?limit=1&status=active&cursor={cursor}")

    assert slug(answer) == "cursor-invalid"
