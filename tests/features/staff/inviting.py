"""Inviting and accepting, for tests that need somebody of a certain status."""

from typing import Any

import httpx

from app.core.clock import new_id
from tests.colleagues import wait_for
from tests.service import Service

PASSWORD = "staple battery horse correct"


def slug(answer: httpx.Response) -> str:
    """Return which problem an answer is."""
    return str(answer.json()["type"]).rpartition("/")[2]


async def invited(service: Service, **values: Any) -> dict[str, Any]:
    """Invite somebody whose name no other test uses."""
    body = {"username": f"guest_{new_id().hex}", "display_name": "何苗 He Miao", **values}
    answer = await (await service.as_("administrator")).post("/v1/users", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def accepted(service: Service, token: str, password: str = PASSWORD) -> httpx.Response:
    """Accept an invitation."""
    async with service.anonymous() as client:
        body = {"token": token, "password": password}
        return await client.post("/v1/invitations/accept", json=body)


async def active(service: Service, **values: Any) -> dict[str, Any]:
    """Have somebody who was invited and has chosen PASSWORD."""
    made = await invited(service, **values)
    answer = await accepted(service, made["invitation"]["token"])
    assert answer.status_code == 200, answer.text
    return made


async def signed_in(service: Service, username: str) -> httpx.AsyncClient:
    """Return the client of somebody who has chosen PASSWORD."""
    client = service.anonymous()
    form = {"grant_type": "password", "username": username, "password": PASSWORD}
    token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def act(service: Service, user: dict[str, Any], verb: str) -> httpx.Response:
    """Let the administrator do something with a user."""
    client = await service.as_("administrator")
    return await client.post(f"/v1/users/{user['user_id']}/{verb}")


async def shown(service: Service, user: dict[str, Any]) -> httpx.Response:
    """Show a user to the administrator."""
    return await (await service.as_("administrator")).get(f"/v1/users/{user['user_id']}")


async def changed(
    service: Service, user: dict[str, Any], seen: str = "*", **values: Any
) -> httpx.Response:
    """Let the administrator change a user."""
    client = await service.as_("administrator")
    path = f"/v1/users/{user['user_id']}"
    return await client.patch(path, json=values, headers={"If-Match": seen})


async def department(service: Service, **values: Any) -> dict[str, Any]:
    """Open a department."""
    client = await service.as_("administrator")
    answer = await client.post("/v1/departments", json={"name": "Test", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def wait_until_out(client: httpx.AsyncClient) -> None:
    """Wait until a client's token is no good any more."""
    await wait_for(client, "/v1/me", lambda answer: answer.status_code == 401)
