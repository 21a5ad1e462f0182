"""A steward's desk: two records of one person, previewed, merged and taken back."""

from typing import Any

import httpx

from tests.features.customers.builders import a_customer
from tests.service import Service

WHY = "Entered twice."


async def two(service: Service, **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Open two customers: the first with these values, too."""
    return await a_customer(service, **values), await a_customer(service, name="王晓明")


def body(survivor: dict[str, Any], *losers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Name who stays and who goes."""
    ids = [loser["customer_id"] for loser in losers]
    return {"survivor_id": survivor["customer_id"], "loser_ids": ids, **more}


async def preview(client: httpx.AsyncClient, *customers: dict[str, Any]) -> dict[str, Any]:
    """Look at what a merge would do."""
    answer = await client.post("/v1/merges/preview", json=body(*customers))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def merge(
    client: httpx.AsyncClient, *customers: dict[str, Any], **more: Any
) -> httpx.Response:
    """Merge from the states as they are now."""
    if "etags" not in more:
        sides = (await preview(client, *customers))["sides"]
        more["etags"] = {side["customer_id"]: side["etag"] for side in sides}
    return await client.post("/v1/merges", json=body(*customers, reason=WHY, **more))


async def merged(
    client: httpx.AsyncClient, *customers: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """Merge, and return the merge."""
    answer = await merge(client, *customers, **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def parts(client: httpx.AsyncClient, customer: dict[str, Any], kind: str) -> list[Any]:
    """Return the parts of a kind."""
    answer = await client.get(f"/v1/customers/{customer['customer_id']}/{kind}?limit=200")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def add(
    client: httpx.AsyncClient, customer: dict[str, Any], kind: str, **values: Any
) -> dict[str, Any]:
    """Add a part."""
    path = f"/v1/customers/{customer['customer_id']}/{kind}"
    answer = await client.post(path, json=values)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made
