"""Contention: whoever changes the same records at the same time is told so, and nothing is lost."""

import asyncio
from collections import Counter
from typing import Any

from tests.features.customers.builders import a_customer
from tests.service import Service

MANY = 8


def changing(customers: list[dict[str, Any]], tier: str) -> dict[str, Any]:
    """Return an atomic batch that changes these customers in this order."""
    items = [
        {"customer_id": one["customer_id"], "if_match": "*", "change": {"tier": tier}}
        for one in customers
    ]
    return {"atomic": True, "items": items}


async def test_batches_that_cross_each_other_end_without_a_crash(service: Service) -> None:
    """Two that wait for each other are taken whole or told to try again, each for itself."""
    made = [await a_customer(service) for _ in range(4)]
    client = await service.as_("sales")

    answers = await asyncio.gather(
        *[
            client.post("/v1/customers/batch", json=changing(order, tier))
            for order, tier in ((made, "A"), (made[::-1], "B"))
        ]
    )

    statuses = Counter(answer.status_code for answer in answers)
    tiers = {
        (await client.get(f"/v1/customers/{one['customer_id']}")).json()["tier"] for one in made
    }
    assert statuses.keys() <= {200, 503}, [answer.text for answer in answers]
    assert statuses[200] or tiers == {None}
    assert len(tiers) == 1


async def test_one_of_many_simultaneous_changes_wins(service: Service) -> None:
    """With the same ETag in hand exactly one is taken; the others are stale, not overwritten."""
    made = await a_customer(service)
    client, path = await service.as_("sales"), f"/v1/customers/{made['customer_id']}"
    held = {"If-Match": (await client.get(path)).headers["etag"]}

    answers = await asyncio.gather(
        *[client.patch(path, json={"source": f"colleague {n}"}, headers=held) for n in range(MANY)]
    )

    won = [answer for answer in answers if answer.status_code == 200]
    history = (await client.get(f"{path}/history")).json()["items"]
    assert len(won) == 1
    assert {answer.status_code for answer in answers} == {200, 412}
    assert (await client.get(path)).json()["source"] == won[0].json()["source"]
    assert len(history) == 2


async def test_every_answered_change_stands_in_the_history(service: Service) -> None:
    """Changes without a state in mind come one after the other, none of them lost."""
    made = await a_customer(service)
    client, path = await service.as_("sales"), f"/v1/customers/{made['customer_id']}"

    answers = await asyncio.gather(
        *[
            client.patch(path, json={"source": f"colleague {n}"}, headers={"If-Match": "*"})
            for n in range(MANY)
        ]
    )

    taken = {a.json()["source"] for a in answers if a.status_code == 200}
    history = (await client.get(f"{path}/history")).json()["items"]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert {span["record"]["source"] for span in history} == taken | {None}
    assert len(history) == len(taken) + 1
