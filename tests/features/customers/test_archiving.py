"""Tests of archiving: an archived customer is kept as it is, and comes back as it was."""

from typing import Any

import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer
from tests.service import Service

SEEN = {"If-Match": "*"}
CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "", {"tier": "A"}),
    ("PATCH", "/person-profile", {"gender": "male"}),
    ("POST", "/contact-points", {"type": "qq", "value": "10001"}),
    ("POST", "/addresses", {"type": "home", "line": "示例路 1 号"}),
    ("POST", "/notes", {"text": "x"}),
    ("POST", "/external-ids", {"system": "erp", "value": "archived"}),
    ("POST", "/archive", {}),
]


async def _archived(service: Service, **values: Any) -> str:
    made = await a_customer(service, **values)
    path = f"/v1/customers/{made['customer_id']}"
    officer = await service.as_("data_officer")
    answer = await officer.post(f"{path}/archive", headers=SEEN)
    assert answer.status_code == 200, answer.text
    return path


@pytest.mark.parametrize(("method", "part", "body"), CHANGES)
async def test_an_archived_customer_takes_no_change(
    service: Service, method: str, part: str, body: dict[str, Any]
) -> None:
    """Neither itself nor what it owns."""
    path = await _archived(service)
    client = await service.as_("data_officer")
    before = (await client.get(path)).headers["etag"]

    answer = await client.request(method, f"{path}{part}", json=body, headers=SEEN)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/customer-archived")
    assert (await client.get(path)).headers["etag"] == before


async def test_an_archived_customer_keeps_its_parts(service: Service) -> None:
    """They stay readable, and are neither changed nor removed."""
    path = await _archived(service, contact_points=[{"type": "qq", "value": "10001"}])
    client = await service.as_("sales")
    (point,) = (await client.get(f"{path}/contact-points")).json()["items"]
    one = f"{path}/contact-points/{point['contact_point_id']}"

    changed = await client.patch(one, json={"label": "x"}, headers=SEEN)
    removed = await client.delete(one, headers=SEEN)

    assert (changed.status_code, removed.status_code) == (409, 409)
    assert (await client.get(one)).json() == point


async def test_a_restored_customer_changes_again(service: Service) -> None:
    """It is active, in the lists, and takes changes."""
    source = f"archived-{new_id()}"
    path = await _archived(service, source=source)
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    listing = f"/v1/customers?source={source}"
    assert (await sales.get(listing)).json()["items"] == []

    restored = await officer.post(f"{path}/restore", headers=SEEN)

    assert (await sales.get(listing)).json()["items"][0]["status"] == "active"
    assert (await sales.get(path)).json()["status"] == restored.json()["status"]
    assert (await sales.patch(path, json={"tier": "A"}, headers=SEEN)).status_code == 200


@pytest.mark.parametrize("verb", ["archive", "restore"])
async def test_archiving_needs_its_scope_and_the_state_seen(service: Service, verb: str) -> None:
    """Sales may not, and the officer must have seen the record."""
    made = await a_customer(service)
    path = f"/v1/customers/{made['customer_id']}/{verb}"
    officer, sales = await service.as_("data_officer"), await service.as_("sales")

    assert (await sales.post(path, headers=SEEN)).status_code == 403
    assert (await officer.post(path)).status_code == 428
    assert (await officer.post(path, headers={"If-Match": '"old"'})).status_code == 412
    assert (
        await officer.post(path.replace(made["customer_id"], str(new_id())), headers=SEEN)
    ).status_code == 404


async def test_the_status_is_not_written(service: Service) -> None:
    """It is the service's to set."""
    made = await a_customer(service)
    client = await service.as_("data_officer")

    answer = await client.patch(
        f"/v1/customers/{made['customer_id']}", json={"status": "archived"}, headers=SEEN
    )

    assert (answer.status_code, answer.json()["names"]) == (403, ["status"])
