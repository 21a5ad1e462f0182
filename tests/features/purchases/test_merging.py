"""Orders when two records are made one: they go along with lines and returns, and back."""

from typing import Any

import httpx

from tests.features.merges.desk import merged, two
from tests.features.purchases.shop import EVERY, a_code, a_product, ordered, step
from tests.service import Service

PARTS = ("orders", "order-lines", "order-returns")
MOVED = ("customer_id", "updated_at", "updated_by")


async def bought(client: httpx.AsyncClient, customer_id: str) -> list[dict[str, Any]]:
    """Return all that stands of what a customer has bought, but for where it stands."""
    found = []
    for part in PARTS:
        answer = await client.get(f"/v1/customers/{customer_id}/{part}")
        found += answer.json()["items"]
    return [{n: v for n, v in one.items() if n not in MOVED} for one in found]


async def test_orders_go_along_and_back(service: Service) -> None:
    """An order with a line and a return; its number stays taken all the while."""
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    one, other = await two(service)
    tea, number = await a_product(service), a_code("SO")
    line = {"product_id": tea["product_id"], "quantity": "3", "price": "3.50"}
    made = await ordered(service, other["customer_id"], [line], number=number)
    path = made.headers["location"]
    await step(service, path, "place", "fulfil")
    back = [{"order_line_id": made.json()["lines"][0]["order_line_id"], "quantity": "1"}]
    await sales.post(f"{path}/return", json={"lines": back, "reason": "damaged"}, headers=EVERY)
    before = await bought(officer, other["customer_id"])

    merge = await merged(officer, one, other)
    moved = await bought(officer, one["customer_id"])
    again = await ordered(service, one["customer_id"], [line], number=number)
    summed = (await officer.get(f"/v1/customers/{one['customer_id']}/purchases")).json()
    undone = await officer.post(f"/v1/merges/{merge['merge_id']}/undo")

    assert len(before) == 3
    assert moved == before
    assert again.json()["type"].endswith("order-number-taken")
    assert [total["net"] for total in summed["totals"]] == ["7.00"]
    assert undone.json()["status"] == "undone", undone.text
    assert await bought(officer, other["customer_id"]) == before
    assert await bought(officer, one["customer_id"]) == []
