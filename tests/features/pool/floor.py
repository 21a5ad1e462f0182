"""The sales floor of the tests: its pool, those who sell there, and customers in the pool."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.colleagues import a_client
from tests.features.customers.builders import a_phone
from tests.service import Service

EVERY = {"If-Match": "*"}
RULES = {
    "takes_per_day": 1000,
    "contact_views_per_day": 1000,
    "return_after_days": 30,
    "cool_down_days": 5,
}
VIEWING = {"purpose": "first_call"}


@dataclass(frozen=True, slots=True)
class Floor:
    """Shanghai with its pool, and a data officer."""

    service: Service
    officer: httpx.AsyncClient
    seller: httpx.AsyncClient
    pool_id: str
    shanghai: str
    places: dict[str, str]

    async def colleague(self) -> httpx.AsyncClient:
        """Return somebody new who sells in Shanghai."""
        return await a_client(self.service, "sales", department_id=UUID(self.shanghai))

    async def customer(self, **values: Any) -> str:
        """Open a customer in Shanghai."""
        new = {
            "kind": "person",
            "name": "Pool Person",
            "phone": a_phone(),
            "department_id": self.shanghai,
            **values,
        }
        made = await self.officer.post("/v1/customers", json=new)
        assert made.status_code == 201, made.text
        return str(made.json()["customer_id"])

    async def pooled(self, **values: Any) -> str:
        """Open a customer and put it into the pool."""
        customer_id = await self.customer(**values)
        put = await act(self.officer, customer_id, "release", reason="other")
        assert put.status_code == 200, put.text
        return customer_id

    async def owned(self, client: httpx.AsyncClient, **values: Any) -> str:
        """Open a customer that somebody owns."""
        return await self.customer(owner_id=await who(client), **values)

    async def rules(self, **values: Any) -> httpx.Response:
        """Change the rules of the pool."""
        path = f"/v1/pools/{self.pool_id}"
        changed = await self.officer.patch(path, json=values, headers=EVERY)
        assert changed.status_code == 200, changed.text
        return changed

    async def execute(self, sql: str, *values: Any) -> None:
        """Change the database as its owner: what only time would do."""
        owner = await asyncpg.connect(self.service.owner_url)
        await owner.execute(sql, *values)
        await owner.close()

    async def age(self, customer_id: str, days: int) -> None:
        """Let the last follow-up be so many days ago."""
        await self.execute(
            "update customers set last_follow_up_on = current_date - $2::int "
            "where customer_id = $1",
            UUID(customer_id),
            days,
        )


async def act(
    client: httpx.AsyncClient, customer_id: str, verb: str, **values: Any
) -> httpx.Response:
    """Do something with a customer."""
    return await client.post(f"/v1/customers/{customer_id}/{verb}", json=values or None)


async def who(client: httpx.AsyncClient) -> str:
    """Return the id of somebody."""
    return str((await client.get("/v1/me")).json()["user_id"])


async def stored(floor: Floor, customer_id: str) -> dict[str, Any]:
    """Return a customer as the data officer sees it."""
    found: dict[str, Any] = (await floor.officer.get(f"/v1/customers/{customer_id}")).json()
    return found


async def a_floor(service: Service) -> Floor:
    """Open the pool of Shanghai."""
    officer, seller = await service.as_("data_officer"), await service.as_("sales")
    listed = (await officer.get("/v1/departments")).json()["items"]
    places = {place["name"]: place["department_id"] for place in listed}
    shanghai = places["Shanghai sales"]
    made = await officer.post("/v1/pools", json={"department_id": shanghai, **RULES})
    assert made.status_code == 201, made.text
    floor = Floor(service, officer, seller, made.json()["pool_id"], shanghai, places)
    # As if it had been opened long ago.
    await floor.execute("update pools set counts_from = '2020-01-01'")
    await floor.rules(warn_days=7)
    return floor
