"""A shop for tests: products to sell, and orders of customers."""

from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import httpx

from app.core.clock import new_id
from tests.features.customers.builders import a_customer
from tests.service import Service

EVERY: Final = {"If-Match": "*"}
NOWHERE: Final = "01890000-0000-7000-8000-00000000000a"
_numbers = count(1)


def a_code(beginning: str = "T") -> str:
    """Return a code that no other test uses."""
    return f"{beginning}-{new_id().hex[-12:]}-{next(_numbers)}"


async def a_product(service: Service, **values: Any) -> dict[str, Any]:
    """Open a product at 10.00 yuan."""
    officer = await service.as_("data_officer")
    new = {"code": a_code(), "name": "Tea", "name_zh": "茶", "unit": "tin", "list_price": "10.00"}
    answer = await officer.post("/v1/products", json={**new, **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def an_order(
    service: Service, lines: Sequence[dict[str, Any]] = (), **values: Any
) -> dict[str, Any]:
    """Open an order of a new customer, as sales see it; its address stands in `path`."""
    customer_id = (await a_customer(service))["customer_id"]
    answer = await ordered(service, customer_id, lines, **values)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "path": answer.headers["location"], "etag": answer.headers["etag"]}


async def ordered(
    service: Service, customer_id: str, lines: Sequence[dict[str, Any]] = (), **values: Any
) -> httpx.Response:
    """Try to open an order of a customer."""
    sales = await service.as_("sales")
    new = {"number": a_code("SO"), "currency": "CNY", "channel": "store", "lines": list(lines)}
    return await sales.post(f"/v1/customers/{customer_id}/orders", json={**new, **values})


async def step(service: Service, path: str, *steps: str) -> httpx.Response:
    """Take steps of an order, one after the other; returns the answer to the last."""
    sales = await service.as_("sales")
    answers = [await sales.post(f"{path}/{one}", headers=EVERY) for one in steps]
    return answers[-1]
