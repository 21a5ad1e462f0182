"""Tests of replays after a change of the staff: a stored answer needs the rights of its making."""

from typing import Any

import httpx

from app.core.clock import new_id
from tests.colleagues import a_client, a_role, sign_in, wait_for
from tests.features.staff.builders import change
from tests.service import Service

MAKER = ("customers:read", "customers:write", "identity:write", "classes:write", "record:read")
BODY = {"kind": "person", "name": "王小明"}


async def _post(client: httpx.AsyncClient, key: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post("/v1/customers", json=body, headers={"Idempotency-Key": key})


async def test_a_replay_needs_the_rights_it_was_made_with(staffed_service: Service) -> None:
    """After a change of role the stored answer is not shown any more."""
    role, less = (
        await a_role(staffed_service, *MAKER, "reach:all"),
        await a_role(staffed_service, *MAKER[:2]),
    )
    department = (await (await staffed_service.as_("sales")).get("/v1/me")).json()["department"]
    client = await a_client(staffed_service, role, department_id=department["department_id"])
    key = f"key-{new_id()}"
    assert (await _post(client, key, BODY)).status_code == 201
    me = (await client.get("/v1/me")).json()

    await change(
        staffed_service.owner_url,
        "update users set roles = $2 where username = $1",
        me["username"],
        [less],
    )
    await wait_for(client, "/v1/me", lambda answer: answer.status_code == 401)
    await sign_in(client, me["username"])
    answer = await _post(client, key, {})

    assert answer.status_code in {403, 422}
    assert "王小明" not in answer.text


async def test_a_replay_needs_the_reach_it_was_made_with(staffed_service: Service) -> None:
    """After a move to another department the stored answer is not shown any more."""
    role = await a_role(staffed_service, *MAKER)
    mine = (await (await staffed_service.as_("sales")).get("/v1/me")).json()["department"]
    other = (await (await staffed_service.as_("sales_south")).get("/v1/me")).json()["department"]
    client = await a_client(staffed_service, role, department_id=mine["department_id"])
    key = f"key-{new_id()}"
    assert (await _post(client, key, BODY)).status_code == 201
    me = (await client.get("/v1/me")).json()

    moved = "update users set department_id = $2::text::uuid where username = $1"
    await change(staffed_service.owner_url, moved, me["username"], other["department_id"])
    await wait_for(client, "/v1/me", lambda answer: answer.json()["department"] == other)
    answer = await _post(client, key, BODY)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
