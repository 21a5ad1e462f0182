"""What tests of imports do: a file uploaded, mapped, tried, approved and taken back."""

import csv
import io
from typing import Any
from uuid import UUID

import httpx

from app.core.clock import new_id
from tests.core.job_scene import Table
from tests.service import Service

CLERK = ("imports:write", "customers:write", "customers:read", "record:read")
FIELDS = ("identity:write", "contact:write", "classes:write", "demographics:write")
OK = httpx.codes.OK
Import = dict[str, Any]


def a_table(*rows: tuple[str, ...], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write rows as a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def a_number() -> str:
    """Return a customer number that nobody has yet."""
    return f"N{new_id().hex[-12:]}"


class Desk:
    """Somebody at work on an import, and the worker that does the jobs."""

    def __init__(self, service: Service, client: httpx.AsyncClient) -> None:
        self.service = service
        self.client = client

    async def uploaded(self, content: bytes) -> Import:
        """Upload a file and have it read."""
        kind = {"Content-Type": "application/octet-stream"}
        answer = await self.client.post("/v1/imports", content=content, headers=kind)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return await self.worked(answer.json())

    async def worked(self, one: Import, state: str = "succeeded") -> Import:
        """Wait until the worker has done the newest job; return the import as it is then."""
        await Table(self.service.owner_url).until(UUID(one["job_id"]), state)
        return await self.shown(one)

    async def shown(self, one: Import) -> Import:
        """Return the import as it stands."""
        answer = await self.client.get(f"/v1/imports/{one['import_id']}")
        assert answer.status_code == OK, answer.text
        found: Import = answer.json()
        return found

    async def mapped(self, one: Import, **mapping: Any) -> Import:
        """Set the mapping."""
        answer = await self.client.put(f"/v1/imports/{one['import_id']}/mapping", json=mapping)
        assert answer.status_code == OK, answer.text
        found: Import = answer.json()
        return found

    async def act(self, one: Import, act: str, **body: Any) -> Import:
        """Do an act that is answered with the import."""
        path = f"/v1/imports/{one['import_id']}/{act}"
        answer = await self.client.post(path, json=body or None)
        assert answer.is_success, answer.text
        found: Import = answer.json()
        return found

    async def tried(self, content: bytes, **mapping: Any) -> Import:
        """Upload, map and try a file."""
        one = await self.mapped(await self.uploaded(content), **mapping)
        return await self.worked(await self.act(one, "dry-run"))

    async def rows(self, one: Import, **query: str) -> list[dict[str, Any]]:
        """List rows."""
        answer = await self.client.get(f"/v1/imports/{one['import_id']}/rows", params=query)
        assert answer.status_code == OK, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def changes(self, one: Import, outcome: str) -> list[dict[str, Any]]:
        """List what was changed."""
        path = f"/v1/imports/{one['import_id']}/changes"
        answer = await self.client.get(path, params={"outcome": outcome})
        assert answer.status_code == OK, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


async def approved(desk: Desk, reviewer: httpx.AsyncClient, one: Import, **more: Any) -> Import:
    """Hand an import in and have somebody else approve it; nothing is applied yet."""
    await desk.act(one, "submit")
    theirs = Desk(desk.service, reviewer)
    return await theirs.act(one, "approve", plan_id=one["plan_id"], **more)
