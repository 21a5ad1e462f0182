"""Tests of orders: opened with lines, moved by a closed table, added up in money."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.features.customers.builders import a_customer
from tests.features.purchases.shop import (
    EVERY,
    NOWHERE,
    a_code,
    a_product,
    an_order,
    ordered,
    step,
)
from tests.journeys.matrix.cells import slug
from tests.service import Service


async def test_an_order_shows_its_lines(service: Service) -> None:
    """Its amount is what they come to, and its address shows what its making did."""
    tea = await a_product(service)
    lines = [
        {"product_id": tea["product_id"], "quantity": "2"},
        {"product_id": tea["product_id"], "quantity": "1.5", "price": "3.33", "discount": "1"},
    ]

    made = await an_order(service, lines)
    shown = await (await service.as_("sales")).get(made["path"])

    assert [line["amount"] for line in made["lines"]] == ["20.00", "4.00"]
    assert (made["amount"], made["status"]) == ("24.00", "draft")
    assert shown.json() == {n: v for n, v in made.items() if n not in {"path", "etag"}}
    assert shown.headers["etag"] == made["etag"]


@pytest.mark.parametrize(
    ("currency", "quantity", "price", "discount", "amount"),
    [
        ("CNY", "3", "0.335", "0", "1.01"),
        ("CNY", "1", "0.005", "0", "0.01"),
        ("JPY", "3", "33.5", "0", "101"),
        ("JPY", "1", "100", "0.4", "100"),
        ("KWD", "3", "0.3335", "0.0005", "1.000"),
        ("CNY", "0.001", "0.01", "0", "0.00"),
    ],
)
async def test_money_is_rounded_to_the_minor_unit(
    service: Service, currency: str, quantity: str, price: str, discount: str, amount: str
) -> None:
    """Half up, to the places that ISO 4217 gives the currency."""
    tea = await a_product(service)
    line = {"product_id": tea["product_id"], "quantity": quantity}

    made = await an_order(
        service, [{**line, "price": price, "discount": discount}], currency=currency
    )

    assert made["amount"] == made["lines"][0]["amount"] == amount


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ({"quantity": "0"}, "malformed"),
        ({"quantity": "-1"}, "malformed"),
        ({"quantity": 2}, "malformed"),
        ({"quantity": "1.0001"}, "malformed"),
        ({"quantity": "NaN"}, "malformed"),
        ({"price": "-0.01"}, "malformed"),
        ({"price": "1e3"}, "malformed"),
        ({"price": "1.00001"}, "malformed"),
        ({"discount": "10.01"}, "discount-too-large"),
        ({"quantity": "9999999999999", "price": "9999999999999"}, "amount-too-large"),
        ({"quantity": "9999999999999.999", "price": "9999999999999.9999"}, "amount-too-large"),
        ({"product_id": NOWHERE}, "product-not-available"),
        ({"amount": "1"}, "field-read-only"),
        ({"made_up": "1"}, "field-not-available"),
    ],
    ids=str,
)
async def test_what_no_line_may_be(service: Service, line: dict[str, Any], refusal: str) -> None:
    """Amounts are exact texts within bounds, and never less than nothing."""
    tea = await a_product(service)
    customer_id = (await a_customer(service))["customer_id"]

    answer = await ordered(
        service, customer_id, [{"product_id": tea["product_id"], "quantity": "1", **line}]
    )

    assert slug(answer) == refusal, answer.text


async def test_a_price_of_another_currency_is_asked_for(service: Service) -> None:
    """The list price serves in its own currency only; a retired product is not sold."""
    tea, old = await a_product(service), await a_product(service)
    officer = await service.as_("data_officer")
    await officer.post(f"/v1/products/{old['product_id']}/retire", headers=EVERY)
    customer_id = (await a_customer(service))["customer_id"]
    line = {"product_id": tea["product_id"], "quantity": "1"}

    abroad = await ordered(service, customer_id, [line], currency="EUR")
    retired = await ordered(service, customer_id, [{**line, "product_id": old["product_id"]}])

    assert (slug(abroad), slug(retired)) == ("price-missing", "product-not-available")


async def test_a_number_is_given_once(service: Service) -> None:
    """Over all customers; refused whole."""
    number, other = a_code("SO"), (await a_customer(service))["customer_id"]
    await an_order(service, number=number)

    again = await ordered(service, other, number=number)
    found = await (await service.as_("sales")).get(f"/v1/orders?number={number}")
    left = await (await service.as_("sales")).get(f"/v1/customers/{other}/orders")

    assert slug(again) == "order-number-taken"
    assert (len(found.json()["items"]), left.json()["items"]) == (1, [])


STEPS = ("place", "fulfil", "complete", "cancel")
REACHED = {
    "draft": (),
    "placed": ("place",),
    "fulfilled": ("place", "fulfil"),
    "completed": ("place", "fulfil", "complete"),
    "cancelled": ("cancel",),
}
ENDS = {
    ("draft", "place"): "placed",
    ("draft", "cancel"): "cancelled",
    ("placed", "fulfil"): "fulfilled",
    ("placed", "cancel"): "cancelled",
    ("fulfilled", "complete"): "completed",
}


@pytest.mark.parametrize("status", REACHED)
async def test_only_the_steps_of_the_table_are_taken(service: Service, status: str) -> None:
    """Every other one is refused and changes nothing."""
    tea = await a_product(service)
    for one in STEPS:
        made = await an_order(service, [{"product_id": tea["product_id"], "quantity": "1"}])
        if REACHED[status]:
            await step(service, made["path"], *REACHED[status])
        answer = await step(service, made["path"], one)
        shown = (await (await service.as_("sales")).get(made["path"])).json()

        expected = ENDS.get((status, one))
        assert shown["status"] == (expected or status)
        assert answer.status_code == (200 if expected else 409), answer.text
        assert expected or slug(answer) == "transition-not-allowed"


async def test_an_empty_order_is_not_placed(service: Service) -> None:
    """And what is placed takes no change."""
    tea = await a_product(service)
    line = {"product_id": tea["product_id"], "quantity": "1"}
    empty, made = await an_order(service), await an_order(service, [line])
    sales = await service.as_("sales")
    lines_path = f"/v1/customers/{made['customer_id']}/order-lines"
    line_path = f"{lines_path}/{made['lines'][0]['order_line_id']}"

    refused = await step(service, empty["path"], "place")
    placed = await step(service, made["path"], "place")
    late = [
        await sales.post(lines_path, json={**line, "order_id": made["order_id"]}),
        await sales.patch(line_path, json={"quantity": "2"}, headers=EVERY),
        await sales.delete(line_path, headers=EVERY),
        await sales.patch(made["path"], json={"channel": "phone"}, headers=EVERY),
    ]

    assert (slug(refused), placed.json()["status"]) == ("order-empty", "placed")
    assert placed.json()["placed_at"] is not None
    assert {slug(one) for one in late} == {"order-not-draft"}


async def test_steps_want_the_order_as_it_was_seen(service: Service) -> None:
    """Without If-Match 428, with an old one 412, and a key replays the answer."""
    tea = await a_product(service)
    made = await an_order(service, [{"product_id": tea["product_id"], "quantity": "1"}])
    sales = await service.as_("sales")
    seen = {"If-Match": made["etag"], "Idempotency-Key": a_code("key")}

    without = await sales.post(f"{made['path']}/place")
    first = await sales.post(f"{made['path']}/place", headers=seen)
    again = await sales.post(f"{made['path']}/place", headers=seen)
    stale = await sales.post(f"{made['path']}/fulfil", headers={"If-Match": made["etag"]})

    assert (without.status_code, stale.status_code) == (428, 412)
    assert (first.status_code, again.content) == (200, first.content)


async def test_the_amount_follows_its_lines(service: Service) -> None:
    """Added, changed by a merge patch and removed, each with lines in the audit."""
    tea = await a_product(service)
    made = await an_order(service)
    sales = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}/order-lines"
    new = {"order_id": made["order_id"], "product_id": tea["product_id"], "quantity": "2"}

    async def amount() -> str:
        return str((await sales.get(made["path"])).json()["amount"])

    added = await sales.post(path, json=new)
    after_adding = await amount()
    line = added.headers["location"]
    seen = {"If-Match": added.headers["etag"]}
    changed = await sales.patch(line, json={"quantity": "3", "price": "1.10"}, headers=seen)
    after_change = await amount()
    listed = (await sales.get(f"{line}/price")).status_code, (await sales.get(f"{line}")).json()
    reset = await sales.patch(line, json={"price": None}, headers=EVERY)
    past = (await sales.get(f"{line}/history")).json()["items"]
    removed = await sales.delete(line, headers=EVERY)

    assert added.status_code == 201, added.text
    assert (after_adding, after_change, changed.json()["amount"]) == ("20.00", "3.30", "3.30")
    assert (listed[0], listed[1]["price"], reset.json()["price"]) == (404, "1.10", "10.00")
    assert [span["record"]["amount"] for span in past] == ["30.00", "3.30", "20.00"]
    assert (removed.status_code, Decimal(await amount())) == (204, Decimal(0))
    lines = await service.lines_of(changed)
    assert [sorted(one["changed"]) for one in lines] == [
        ["amount", "discount", "price", "quantity"],
        ["amount"],
    ]


async def test_twenty_changes_at_once_add_up(service: Service) -> None:
    """Whatever the order in which they come: the total is the sum of the lines."""
    tea = await a_product(service)
    made = await an_order(service, [{"product_id": tea["product_id"], "quantity": "1"}])
    sales = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}/order-lines"
    new = {"order_id": made["order_id"], "product_id": tea["product_id"]}
    first = f"{path}/{made['lines'][0]['order_line_id']}"

    async def one(number: int) -> int:
        if number % 2:
            quantity = {"quantity": str(number)}
            answer = await sales.patch(first, json=quantity, headers=EVERY)
        else:
            answer = await sales.post(path, json={**new, "quantity": "1"})
        return answer.status_code

    outcomes = await asyncio.gather(*map(one, range(20)))
    shown = (await sales.get(made["path"])).json()

    assert sorted(outcomes) == [200] * 10 + [201] * 10
    assert len(shown["lines"]) == 11
    assert Decimal(shown["amount"]) == sum(Decimal(line["amount"]) for line in shown["lines"])


async def test_an_archived_customer_takes_no_orders(service: Service) -> None:
    """What is put away stays as it is."""
    made = await an_order(service)
    officer = await service.as_("data_officer")
    await officer.post(f"/v1/customers/{made['customer_id']}/archive", headers=EVERY)

    answer = await ordered(service, made["customer_id"])
    cancelled = await step(service, made["path"], "cancel")

    assert (slug(answer), slug(cancelled)) == ("customer-archived", "customer-archived")


async def test_an_order_has_at_most_200_lines(service: Service) -> None:
    """One more is refused, added or brought along."""
    tea = await a_product(service)
    line = {"product_id": tea["product_id"], "quantity": "1"}
    made = await an_order(service, [line] * 200)
    sales = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}/order-lines"

    more = await sales.post(path, json={**line, "order_id": made["order_id"]})
    brought = await ordered(service, made["customer_id"], [line] * 201)

    assert (slug(more), slug(brought)) == ("order-full", "malformed")
    assert made["amount"] == "2000.00"
