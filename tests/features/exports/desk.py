"""What tests of exports do: customers, an export written by a worker, and the file taken."""

from typing import Any
from uuid import UUID

import httpx

from app.settings import Settings
from tests.core.job_scene import Table
from tests.features.jobs.scene import running
from tests.service import Service

PERSON = {"kind": "person", "name": "王小明", "phone": "+8613800138000", "tier": "A"}
READING = ("customers:read", "customers:export", "reach:all", "record:read", "classes:read")


async def customers(service: Service, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Open customers by the data officer, and return them as opened."""
    officer = await service.as_("data_officer")
    department = (await officer.get("/v1/departments")).json()["items"][0]["department_id"]
    items = [{"create": {"department_id": department, **PERSON, **one}} for one in changes]
    answer = await officer.post("/v1/customers/batch", json={"items": items})
    return [item["customer"] for item in answer.json()["items"]]


async def asked(client: httpx.AsyncClient, **wanted: Any) -> dict[str, Any]:
    """Ask for an export."""
    body = {"format": "csv", "purpose": "yearly_review", **wanted}
    answer = await client.post("/v1/exports", json=body)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def written(
    service: Service, settings: Settings, export: dict[str, Any], state: str = "succeeded"
) -> dict[str, Any]:
    """Let a worker write an export to its end; return its job."""
    async with running(settings, service):
        return await Table(service.owner_url).until(UUID(export["job_id"]), state)


async def linked(client: httpx.AsyncClient, export: dict[str, Any]) -> str:
    """Return the token of a new link."""
    answer = await client.post(f"/v1/exports/{export['export_id']}/link")
    assert answer.status_code == httpx.codes.OK, answer.text
    token: str = answer.json()["token"]
    return token


async def taken(client: httpx.AsyncClient, export: dict[str, Any], token: str) -> httpx.Response:
    """Take the file."""
    path = f"/v1/exports/{export['export_id']}/download"
    return await client.post(path, json={"token": token})


async def whole(
    service: Service, settings: Settings, client: httpx.AsyncClient, **wanted: Any
) -> bytes:
    """Ask for an export, have it written, and take it."""
    export = await asked(client, **wanted)
    await written(service, settings, export)
    answer = await taken(client, export, await linked(client, export))
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.content
