"""Owners of new customers: who sells owns what they open; others name one, or nobody."""

import pytest

from tests.service import Service


@pytest.mark.parametrize(
    ("role", "owns"), [("sales", True), ("data_officer", False), ("integration", False)]
)
async def test_who_sells_owns_what_they_open(service: Service, role: str, *, owns: bool) -> None:
    """A data officer names whom she likes, and another system nobody."""
    client = await service.as_(role)
    me = (await client.get("/v1/me")).json()["user_id"]
    made = await client.post("/v1/customers", json={"kind": "person", "name": "周末"})

    officer = await service.as_("data_officer")
    path = f"/v1/customers/{made.json()['customer_id']}"
    assert made.status_code == 201
    assert (await officer.get(path)).json()["owner_id"] == (me if owns else None)
