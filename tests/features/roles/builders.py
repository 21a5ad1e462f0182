"""Roles for tests, begun, filled and published over HTTP by two administrators."""

from dataclasses import dataclass
from typing import Any

import httpx

from app.core.clock import new_id
from tests.colleagues import a_client
from tests.service import Service

ROLES = "/v1/roles"
READER: dict[str, Any] = {
    "permissions": ["customers:read"],
    "reach": "all",
    "grants": [{"target": "identity", "grade": "read"}, {"target": "record", "grade": "read"}],
}


@dataclass(frozen=True, slots=True)
class Office:
    """Two administrators: one makes, the other checks."""

    service: Service
    maker: httpx.AsyncClient
    checker: httpx.AsyncClient


async def an_office(service: Service) -> Office:
    """Open two administrators."""
    return Office(
        service, await a_client(service, "administrator"), await a_client(service, "administrator")
    )


def a_code() -> str:
    """Return a code that no other test uses."""
    return f"role_{new_id().hex}"


async def a_new_role(office: Office, code: str | None = None) -> str:
    """Begin a role and return its code."""
    code = code or a_code()
    body = {"code": code, "en": "Tested", "zh": "测试"}
    answer = await office.maker.post(ROLES, json=body)
    assert answer.status_code == 201, answer.text
    return code


async def edit(client: httpx.AsyncClient, code: str, **change: Any) -> httpx.Response:
    """Change the draft of a role as it is now."""
    path = f"{ROLES}/{code}/draft"
    seen = (await client.get(path)).headers["etag"]
    return await client.patch(path, json=change, headers={"If-Match": seen})


async def publish(client: httpx.AsyncClient, code: str, note: str = "Tested.") -> httpx.Response:
    """Publish the draft of a role as it is now."""
    seen = (await client.get(f"{ROLES}/{code}/draft")).headers["etag"]
    path = f"{ROLES}/{code}/draft/publish"
    return await client.post(path, json={"note": note}, headers={"If-Match": seen})


async def a_published_role(office: Office, **change: Any) -> str:
    """Begin a role, fill it, publish it, and return its code."""
    code = await a_new_role(office)
    edited = await edit(office.maker, code, **(change or READER))
    assert edited.status_code == 200, edited.text
    published = await publish(office.checker, code)
    assert published.status_code == 200, published.text
    return code


def slug(answer: httpx.Response) -> tuple[int, str]:
    """Return status and slug of a refusal."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")
