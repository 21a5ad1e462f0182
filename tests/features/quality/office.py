"""The data office of the tests: rules, customers, and the worker's round run by hand."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.work import Platform
from app.features.quality.service import measure_what_is_due
from tests.features.customers.builders import a_phone
from tests.service import Service

EVERY = {"If-Match": "*"}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Office:
    """A data officer, a seller in Shanghai, and the departments."""

    service: Service
    platform: Platform
    officer: httpx.AsyncClient
    seller: httpx.AsyncClient
    places: dict[str, str]

    async def rule(
        self, parameters: dict[str, Any], *, family: str = "validation", **values: Any
    ) -> str:
        """Make a rule, of severity error unless said, in force at once; returns its code."""
        code = f"rule_{next(_numbers)}"
        new = {"code": code, "en": f"{code} broken", "zh": f"{code} 不符", "severity": "error"}
        path = f"/v1/{family}-rules"
        made = await self.officer.post(path, json={**new, "parameters": parameters, **values})
        assert made.status_code == 201, made.text
        return code

    async def drop(self, *codes: str) -> None:
        """Remove validation rules."""
        for code in codes:
            path = f"/v1/validation-rules/{code}"
            assert (await self.officer.delete(path, headers=EVERY)).status_code == 204

    async def opened(self, **values: Any) -> httpx.Response:
        """Try to open a customer in Shanghai."""
        new = {"kind": "person", "name": "Quality Person", "phone": a_phone()}
        place = {"department_id": self.places["Shanghai sales"]}
        return await self.officer.post("/v1/customers", json={**new, **place, **values})

    async def customer(self, **values: Any) -> str:
        """Open a customer."""
        made = await self.opened(**values)
        assert made.status_code == 201, made.text
        return str(made.json()["customer_id"])

    async def change(self, customer_id: str, **values: Any) -> httpx.Response:
        """Try to change a customer."""
        path = f"/v1/customers/{customer_id}"
        return await self.officer.patch(path, json=values, headers=EVERY)

    async def issues(self, client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
        """Return what somebody finds in the list of issues."""
        listed = await client.get("/v1/quality-issues", params={"limit": "200", **asked})
        assert listed.status_code == 200, listed.text
        found: list[dict[str, Any]] = listed.json()["items"]
        return found

    async def measure(self) -> int:
        """Run the worker's round."""
        return await measure_what_is_due(self.platform)

    async def execute(self, sql: str, *values: Any) -> None:
        """Change the database as its owner: what only time would do."""
        owner = await asyncpg.connect(self.service.owner_url)
        await owner.execute(sql, *values)
        await owner.close()

    async def age(self, customer_id: str, days: int) -> None:
        """Let a customer have been changed so many days ago, as far as is known."""
        await self.execute(
            "update customer_quality set touched = (select jsonb_object_agg(key, "
            "to_char(now() - make_interval(days => $2), 'YYYY-MM-DD\"T\"HH24:MI:SSOF:00')) "
            "from jsonb_each(touched)) where customer_id = $1",
            UUID(customer_id),
            days,
        )
        await self.execute("update quality_progress set walk_began_at = null, walked_to = null")


async def an_office(service: Service, platform: Platform) -> Office:
    """Gather those who set standards."""
    officer, seller = await service.as_("data_officer"), await service.as_("sales")
    listed = (await officer.get("/v1/departments")).json()["items"]
    places = {place["name"]: place["department_id"] for place in listed}
    return Office(service, platform, officer, seller, places)
