"""Two officers of different regions, and a customer that one of them does not reach."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx

from tests.colleagues import a_client
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

PATH: Final = "/v1/emergency-accesses"
WHY: Final = "Their boiler leaks gas, and nobody of Shanghai answers."
EVERY: Final = {"If-Match": "*"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who opens, who reviews, and where the opener belongs to."""

    service: Service
    opener: httpx.AsyncClient
    opener_id: str
    reviewer: httpx.AsyncClient
    places: dict[str, str]

    async def customer(self, **values: Any) -> dict[str, Any]:
        """Open a customer of Shanghai."""
        new = {"name": "Far Away", "phone": a_phone(), "tier": "A", **values}
        return await a_customer(self.service, **new)

    async def open(
        self, customer_id: str, client: httpx.AsyncClient | None = None, **values: Any
    ) -> httpx.Response:
        """Try to open a customer in an emergency."""
        asked = {"customer_id": customer_id, "reason": "safety", "reason_text": WHY}
        return await (client or self.opener).post(PATH, json={**asked, **values})

    async def opened(self, customer_id: str) -> dict[str, Any]:
        """Open a customer in an emergency."""
        answer = await self.open(customer_id)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def review(
        self, access: dict[str, Any], client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """Try to review an access."""
        said = {"verdict": "justified", "note": "The caller was heard by two."}
        path = f"{PATH}/{access['emergency_access_id']}/review"
        return await (client or self.reviewer).post(path, json=said)

    async def end(
        self, access: dict[str, Any], client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """Try to end an access."""
        path = f"{PATH}/{access['emergency_access_id']}/end"
        return await (client or self.opener).post(path)


async def a_desk(service: Service) -> Desk:
    """Make an officer of the south; the officer of the east reviews."""
    administrator = await service.as_("administrator")
    listed = (await administrator.get("/v1/departments")).json()["items"]
    places = {place["name"]: place["department_id"] for place in listed}
    south = UUID(places["South China"])
    opener = await a_client(service, "regional_officer", department_id=south)
    me = (await opener.get("/v1/me")).json()["user_id"]
    return Desk(service, opener, me, await service.as_("regional_officer_east"), places)


def customer(made: dict[str, Any], rest: str = "") -> str:
    """Return the address of a customer, or of what belongs to it."""
    return f"/v1/customers/{made['customer_id']}{rest}"
