"""Tests of returns, and of what a customer has bought."""

from decimal import Decimal
from typing import Any

import orjson

from tests.features.customers.builders import a_customer
from tests.features.purchases.shop import (
    EVERY,
    NOWHERE,
    a_product,
    an_order,
    ordered,
    step,
)
from tests.journeys.matrix.cells import slug
from tests.service import Service


async def _delivered(service: Service, quantity: str, **values: Any) -> dict[str, Any]:
    tea = await a_product(service)
    made = await an_order(
        service, [{"product_id": tea["product_id"], "quantity": quantity, **values}]
    )
    await step(service, made["path"], "place", "fulfil")
    return made


async def test_a_return_is_never_more_than_was_bought(service: Service) -> None:
    """In parts, whose amounts come to the whole; then the order is returned."""
    made = await _delivered(service, "3", price="3.335")
    sales, path = await service.as_("sales"), f"{made['path']}/return"
    line = made["lines"][0]["order_line_id"]

    async def back(quantity: str) -> Any:
        asked = {"lines": [{"order_line_id": line, "quantity": quantity}], "reason": "damaged"}
        return await sales.post(path, json=asked, headers=EVERY)

    too_much, first = await back("3.001"), await back("1")
    again, second, last = await back("2.5"), await back("1"), await back("1")
    over = await back("1")
    returns = (await sales.get(f"/v1/customers/{made['customer_id']}/order-returns")).json()

    assert (slug(too_much), slug(again)) == ("return-too-large", "return-too-large")
    assert [one.json()["status"] for one in (first, second, last)] == [
        "fulfilled",
        "fulfilled",
        "returned",
    ]
    assert slug(over) == "transition-not-allowed"
    assert sum(Decimal(one["amount"]) for one in returns["items"]) == Decimal("10.01")
    assert last.json()["lines"][0]["returned_quantity"] == "3"
    lines = await service.lines_of(first)
    assert [sorted(one["changed"]) for one in lines] == [
        ["returned_amount", "returned_quantity"],
        ["amount", "order_line_id", "quantity", "reason"],
    ]
    assert {"orders", "order-lines"} <= orjson.loads(lines[-1]["disclosed"]).keys()


async def test_a_draft_and_a_foreign_line_are_not_returned(service: Service) -> None:
    """Nothing is returned that was not delivered, and no line of another order."""
    made, other = await _delivered(service, "1"), await _delivered(service, "1")
    draft = await an_order(service)
    sales = await service.as_("sales")
    line = {"order_line_id": other["lines"][0]["order_line_id"], "quantity": "1"}
    nobody = {"order_line_id": NOWHERE, "quantity": "1"}

    foreign, unknown, early = [
        await sales.post(f"{path}/return", json={"lines": [one], "reason": "other"}, headers=EVERY)
        for path, one in ((made["path"], line), (made["path"], nobody), (draft["path"], line))
    ]

    assert (slug(foreign), slug(unknown)) == ("not-found", "not-found")
    assert slug(early) == "transition-not-allowed"


async def test_purchases_are_told_newest_first_with_totals(service: Service) -> None:
    """By currency, without drafts and cancelled orders, page by page."""
    tea = await a_product(service, name="Oolong", name_zh="乌龙茶")
    customer = await a_customer(service)
    path = f"/v1/customers/{customer['customer_id']}/purchases"
    line = {"product_id": tea["product_id"], "quantity": "1", "price": "5"}
    for day, currency in (("01", "CNY"), ("03", "EUR"), ("02", "CNY")):
        made = await ordered(
            service,
            customer["customer_id"],
            [line],
            currency=currency,
            placed_at=f"2026-01-{day}T00:00:00Z",
        )
        await step(service, made.headers["location"], "place")
    gone = await ordered(service, customer["customer_id"], [line])
    await step(service, gone.headers["location"], "place", "cancel")
    await ordered(service, customer["customer_id"], [line])
    sales = await service.as_("sales")

    whole = (await sales.get(path)).json()
    first = (await sales.get(f"{path}?limit=2")).json()
    rest = (await sales.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()

    assert [one["placed_at"][:10] for one in whole["items"]] == [
        "2026-01-03",
        "2026-01-02",
        "2026-01-01",
    ]
    assert {one["product_name_zh"] for one in whole["items"]} == {"乌龙茶"}
    assert [(t["currency"], t["lines"], t["net"]) for t in whole["totals"]] == [
        ("CNY", 2, "10.00"),
        ("EUR", 1, "5.00"),
    ]
    assert first["items"] + rest["items"] == whole["items"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
