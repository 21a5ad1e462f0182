"""Tests of the rules that look customers up: closely watched ones, and one's own."""

from typing import Any

import httpx
import pytest

from tests.colleagues import a_client
from tests.features.alerts.scene import Scene
from tests.features.customers.builders import a_customer

EVERY = {"If-Match": "*"}
BY_DAY = "update alert_rules set enabled = false where code = 'at_night'"


@pytest.fixture(scope="module", autouse=True)
async def _whatever_the_hour(scene: Scene) -> None:
    """These stories happen now, which may be at night."""
    await scene.platform.database.fetch(BY_DAY, [])


async def me(client: httpx.AsyncClient) -> str:
    """Return whose client it is."""
    found: str = (await client.get("/v1/me")).json()["user_id"]
    return found


async def reveal(client: httpx.AsyncClient, customer: dict[str, Any]) -> None:
    """Show the phone of a customer in clear."""
    answer = await client.post(
        f"/v1/customers/{customer['customer_id']}/reveal",
        json={"fields": ["phone"], "purpose": "call back"},
    )
    assert answer.status_code == 200, answer.text


async def test_a_watched_record_revealed_from_outside_is_told(scene: Scene) -> None:
    """One reveal of a customer of tier A is enough, when it is nobody's of the actor's."""
    desk = await a_client(scene.service, "service")
    customer = await a_customer(scene.service, tier="A", phone="+8613800000011")

    await reveal(desk, customer)

    (alert,) = await scene.alerts(await me(desk))
    assert (alert["rule_code"], alert["count"]) == ("watched_records", 1)
    assert [str(one) for one in alert["customers"]] == [customer["customer_id"]]


@pytest.mark.parametrize("tier", ["B", None])
async def test_others_revealed_are_not_told(scene: Scene, tier: str | None) -> None:
    """A customer of another tier, or of none, is not closely watched."""
    desk = await a_client(scene.service, "service")

    await reveal(desk, await a_customer(scene.service, tier=tier, phone="+8613800000012"))

    assert await scene.alerts(await me(desk)) == []


async def test_many_watched_records_are_told(scene: Scene) -> None:
    """More than twenty in a day, of whatever department but the reader's; lists count, too."""
    desk = await a_client(scene.service, "service")
    for _ in range(21):
        await a_customer(scene.service, tier="A", city="试点市")

    first = await desk.get("/v1/customers", params={"city": "试点市", "limit": 20})
    assert len(first.json()["items"]) == 20
    assert await scene.alerts(await me(desk)) == []
    await desk.get("/v1/customers", params={"city": "试点市", "limit": 21})

    assert await scene.rules(await me(desk)) == ["watched_records"]


async def test_owner_and_department_may_read_them(scene: Scene) -> None:
    """A colleague of the department, and the owner elsewhere, do their work."""
    sales = await scene.service.as_("sales")
    home = (await sales.get("/v1/me")).json()["department"]["department_id"]
    colleague = await a_client(scene.service, "service", department_id=home)
    owner = await a_client(scene.service, "service")
    customer = await a_customer(scene.service, tier="A", phone="+8613800000013")
    await reveal(colleague, customer)
    officer = await scene.service.as_("data_officer")
    path = f"/v1/customers/{customer['customer_id']}"
    handed = await officer.patch(path, json={"owner_id": await me(owner)}, headers=EVERY)
    assert handed.status_code == 200, handed.text

    await reveal(owner, customer)

    assert await scene.alerts(await me(colleague)) == []
    assert await scene.alerts(await me(owner)) == []


async def with_mail(scene: Scene, address: str) -> httpx.AsyncClient:
    """Return the client of a colleague with a mail address."""
    desk = await a_client(scene.service, "service")
    administrator = await scene.service.as_("administrator")
    path = f"/v1/users/{await me(desk)}"
    changed = await administrator.patch(path, json={"email": address}, headers=EVERY)
    assert changed.status_code == 200, changed.text
    return desk


async def test_ones_own_record_is_told(scene: Scene) -> None:
    """The record under the colleague's own mail address, however it was written."""
    desk = await with_mail(scene, "wang.fang@example.com")
    own = await a_customer(scene.service, email="Wang.Fang@Example.com")

    await desk.get(f"/v1/customers/{own['customer_id']}")

    (alert,) = await scene.alerts(await me(desk))
    assert (alert["rule_code"], alert["count"]) == ("own_record", 1)
    assert [str(one) for one in alert["customers"]] == [own["customer_id"]]
    assert "fang" not in str(alert).casefold()


async def test_a_further_address_of_a_record_is_told(scene: Scene) -> None:
    """A contact point with the address makes the record one's own as well."""
    desk = await with_mail(scene, "li.na@example.com")
    own = await a_customer(
        scene.service, contact_points=[{"type": "email", "value": "li.na@example.com"}]
    )

    await desk.get(f"/v1/customers/{own['customer_id']}/contact-points")

    assert await scene.rules(await me(desk)) == ["own_record"]


async def test_others_records_and_lists_are_not_told(scene: Scene) -> None:
    """Somebody else's record, and a list in which one's own happens to be."""
    desk = await with_mail(scene, "zhao.min@example.com")
    other = await a_customer(scene.service, email="somebody.else@example.com", city="别处市")
    await a_customer(scene.service, email="zhao.min@example.com", city="别处市")

    await desk.get(f"/v1/customers/{other['customer_id']}")
    listed = await desk.get("/v1/customers", params={"city": "别处市"})

    assert len(listed.json()["items"]) == 2
    assert await scene.alerts(await me(desk)) == []
