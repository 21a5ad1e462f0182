"""Looks at customers that leave their lines, and the ways to read these."""

from typing import Any

import httpx

from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

EVENTS = "/v1/audit-events"
REASON = "The customer asked to be called back."


async def events(service: Service, **filters: Any) -> list[dict[str, Any]]:
    """Return the events that fit, as the auditor sees them."""
    answer = await (await service.as_("auditor")).get(EVENTS, params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def revealed(service: Service) -> tuple[str, httpx.Response]:
    """Let the service desk reveal a phone; returns the customer's id and the answer."""
    made = await a_customer(service, phone=a_phone())
    answer = await (await service.as_("service")).post(
        f"/v1/customers/{made['customer_id']}/reveal",
        json={"fields": ["phone"], "purpose": "service_call_back", "reason": REASON},
    )
    assert answer.status_code == 200, answer.text
    return made["customer_id"], answer


async def log(service: Service, by: str, customer_id: str, **params: Any) -> list[dict[str, Any]]:
    """Return a customer's access log."""
    client = await service.as_(by)
    answer = await client.get(f"/v1/customers/{customer_id}/access-log", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
