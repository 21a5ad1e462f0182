"""Builders of customers, with sensible defaults; a test states only what matters to it."""

from itertools import count
from typing import Any

import httpx

from tests.service import Service

_numbers = count(1)


def a_phone() -> str:
    """Return a fictional mainland mobile number that no other test uses."""
    return f"+86199{next(_numbers):08d}"


async def a_customer(service: Service, by: str = "sales", **values: Any) -> dict[str, Any]:
    """Open a customer and return it as its maker sees it."""
    answer = await create(service, by, **values)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def create(service: Service, by: str = "sales", **values: Any) -> httpx.Response:
    """Try to open a customer."""
    client = await service.as_(by)
    return await client.post("/v1/customers", json={"kind": "person", "name": "王小明", **values})
