"""Colleagues for tests: users of any roles and scopes, signed in, beside the demo staff."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import httpx

from app.core.clock import new_id
from app.features.roles.seeding import PUT_ROLE
from tests.features.staff.builders import PASSWORD, a_colleague, change
from tests.service import Service

PATIENCE = 40
FIND = "select department_id from departments where name = $1"


async def a_role(service: Service, *scopes: str) -> str:
    """Make a role of these scopes and return its code."""
    code = f"role_{new_id().hex}"
    await change(service.owner_url, PUT_ROLE, code, "Tested", "测试", ["self:read", *scopes], 1)
    return code


async def a_client(
    service: Service, *roles: str, department_id: UUID | None = None
) -> httpx.AsyncClient:
    """Open a colleague of these roles and return a client that is signed in."""
    made = await a_colleague(service.owner_url, roles=roles, department_id=department_id)
    client = service.anonymous()
    await sign_in(client, made.username)
    return client


async def sign_in(client: httpx.AsyncClient, username: str) -> None:
    """Sign in once the service has taken notice of the staff as it stands now."""
    form = {"grant_type": "password", "username": username, "password": PASSWORD}
    answer = await client.post("/v1/auth/token", data=form)
    for _ in range(PATIENCE):
        if answer.status_code == httpx.codes.OK:
            break
        await asyncio.sleep(0.1)
        answer = await client.post("/v1/auth/token", data=form)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def wait_for(
    client: httpx.AsyncClient, path: str, condition: Callable[[httpx.Response], bool]
) -> None:
    """Wait until an answer is as it should be: what the staff changed is in force."""
    for _ in range(PATIENCE):
        if condition(await client.get(path)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(path)
