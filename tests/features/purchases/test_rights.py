"""Tests of who sees and does what of orders: reach, fields, acts by the row."""

from uuid import UUID

from tests.colleagues import a_client, a_role
from tests.features.customers.builders import a_customer
from tests.features.purchases.shop import EVERY, NOWHERE, a_code, a_product, an_order
from tests.journeys.matrix.cells import slug
from tests.service import Service


async def test_another_department_finds_nothing(service: Service) -> None:
    """Neither the order, nor its lines, nor a step: the same 404 as for what never was."""
    tea = await a_product(service)
    made = await an_order(service, [{"product_id": tea["product_id"], "quantity": "1"}])
    south = await service.as_("sales_south")
    line = f"/v1/customers/{made['customer_id']}/order-lines/{made['lines'][0]['order_line_id']}"

    answers = [
        await south.get(made["path"]),
        await south.get(made["path"].replace(made["order_id"], NOWHERE)),
        await south.post(f"{made['path']}/place", headers=EVERY),
        await south.get(f"/v1/customers/{made['customer_id']}/purchases"),
        await south.get(line),
        await south.patch(line, json={"quantity": "2"}, headers=EVERY),
        await (await service.as_("sales")).get(made["path"].replace(made["order_id"], NOWHERE)),
    ]
    listed = (await south.get(f"/v1/orders?number={made['number']}&count=exact")).json()

    assert {(one.status_code, slug(one)) for one in answers} == {(404, "not-found")}
    assert (listed["items"], listed["count"]) == ([], 0)


async def test_who_does_not_see_amounts_sees_what_was_bought(service: Service) -> None:
    """The service desk reads no price, filters by none, and changes nothing."""
    tea = await a_product(service)
    made = await an_order(service, [{"product_id": tea["product_id"], "quantity": "1"}])
    desk, nobody = await service.as_("service"), await service.as_("data_entry")

    shown = (await desk.get(made["path"])).json()
    filtered = await desk.get("/v1/orders?amount.gt=5")
    unknown = await desk.get("/v1/orders?made_up.gt=5")
    placed = await desk.post(f"{made['path']}/place", headers=EVERY)
    bought = await desk.get(f"/v1/customers/{made['customer_id']}/purchases")

    assert (shown["amount"], shown["withheld"]["amount"]) == (None, "hidden")
    assert (shown["lines"][0]["price"], shown["lines"][0]["quantity"]) == (None, "1")
    assert (slug(filtered), slug(unknown)) == ("field-not-available", "field-not-available")
    assert (slug(placed), bought.json()["totals"]) == ("not-permitted", None)
    assert slug(await nobody.get(made["path"])) in {"not-permitted", "not-found"}


async def test_two_roles_combine_for_each_customer(service: Service) -> None:
    """Who sees amounts at home and purchases everywhere sees no others, nor acts on them."""
    tea = await a_product(service)
    line = {"product_id": tea["product_id"], "quantity": "1"}
    near = await a_role(
        service,
        *("customers:read", "record:read", "classes:read", "orders:write"),
        *("purchases:write", "amounts:read"),
    )
    far = await a_role(
        service, "customers:read", "record:read", "purchases:read", "reach:all", "classes:read"
    )
    own, other = await a_customer(service), await a_customer(service, by="sales_south")
    client = await a_client(service, near, far, department_id=UUID(own["department_id"]))
    officer = await service.as_("data_officer")
    shown, placed = [], []
    for customer in (own, other):
        new = {"number": a_code("SO"), "currency": "CNY", "lines": [line]}
        orders = f"/v1/customers/{customer['customer_id']}/orders"
        path = (await officer.post(orders, json=new)).headers["location"]
        shown.append((await client.get(path)).json())
        placed.append(await client.post(f"{path}/place", headers=EVERY))

    assert [one["amount"] for one in shown] == ["10.00", None]
    assert [one["lines"][0]["quantity"] for one in shown] == ["1", "1"]
    assert shown[1]["lines"][0]["price"] is None
    assert (placed[0].status_code, slug(placed[1])) == (200, "not-permitted")
