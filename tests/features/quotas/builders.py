"""Quotas for tests: small limits, and who uses them up."""

from typing import Any

import httpx

from app.settings import QuotaSettings
from tests.service import Service

SMALL = QuotaSettings(
    records_per_day=10,
    records_per_day_clients=10_000,
    lookups_per_day=5,
    lookups_per_day_clients=10_000,
    reveals_per_day=4,
    extensions_per_day=1,
    reveals_without_factor=2,
)
PATH = "/v1/customers"
MINE = "/v1/me/quotas"
EXTEND = f"{MINE}/extend"
REVEAL = {"fields": ["phone"], "purpose": "service_call_back"}


async def use_of(client: httpx.AsyncClient, quota: str = "records") -> dict[str, Any]:
    """Return what somebody is told of one of their quotas."""
    items = (await client.get(MINE)).json()["items"]
    found: dict[str, Any] = next(item for item in items if item["quota"] == quota)
    return found


async def used(client: httpx.AsyncClient, quota: str = "records") -> int:
    """Return how much of a quota is used."""
    number: int = (await use_of(client, quota))["used"]
    return number


async def read(client: httpx.AsyncClient, number: int) -> httpx.Response:
    """Read a page of so many customers."""
    return await client.get(f"{PATH}?limit={number}")


async def look_up(client: httpx.AsyncClient, *phones: str) -> httpx.Response:
    """Look customers up by whole phones."""
    leaves = [{"field": "phone", "value": phone} for phone in phones]
    return await client.post(f"{PATH}/search", json={"filter": {"any": leaves}})


async def reveal(client: httpx.AsyncClient, customer_id: str) -> httpx.Response:
    """Reveal the phone of a customer."""
    return await client.post(f"{PATH}/{customer_id}/reveal", json=REVEAL)


async def customers_of(service: Service, number: int) -> list[str]:
    """Open customers as another system does; returns their ids."""
    client = await service.as_("integration")
    found = []
    for place in range(number):
        new = {"kind": "person", "name": "王小明", "phone": f"+86188{place:08d}"}
        answer = await client.post(PATH, json=new)
        assert answer.status_code == 201, answer.text
        found.append(answer.json()["customer_id"])
    return found


def slug(answer: httpx.Response) -> str:
    """Return the problem of an answer."""
    return str(answer.json().get("type", "")).removeprefix("/problems/")
