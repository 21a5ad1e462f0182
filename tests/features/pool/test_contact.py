"""Tests of what is seen of customers in the pool, and of the act of viewing it."""

import asyncio
from uuid import UUID

from app.settings import QuotaSettings, Settings
from tests.colleagues import a_client, a_role
from tests.conftest import NewDatabase
from tests.features.customers.builders import a_phone
from tests.features.pool.floor import EVERY, VIEWING, Floor, a_floor, act, stored
from tests.journeys.matrix.cells import slug
from tests.service import running_service


async def test_contact_data_are_masked_in_the_pool(floor: Floor) -> None:
    """On the customer, its parts and its history, in lists and for a change; not for officers."""
    phone, other = a_phone(), a_phone()
    customer_id = await floor.customer(
        phone=phone,
        address="示例路 8 号",
        contact_points=[{"type": "phone", "value": other}],
        addresses=[{"type": "home", "line": "示例巷 9 号"}],
    )
    path = f"/v1/customers/{customer_id}"
    await floor.officer.patch(path, json={"phone": a_phone()}, headers=EVERY)
    await floor.officer.patch(path, json={"phone": phone}, headers=EVERY)
    await act(floor.officer, customer_id, "release", reason="other")

    answers = [
        await floor.seller.get(f"{path}?include=contact_points,addresses"),
        await floor.seller.get(f"{path}/history"),
        await floor.seller.get(f"{path}/contact-points"),
        await floor.seller.get(f"{path}/addresses"),
        await floor.seller.get("/v1/customers?fields=phone,address&limit=200"),
        await floor.seller.post("/v1/customers/search", json={"q": "pool person", "limit": 200}),
    ]
    changed = await floor.seller.patch(path, json={"phone": other}, headers=EVERY)
    revealed = await floor.seller.post(f"{path}/reveal", json={"fields": ["phone"], **VIEWING})

    assert all(answer.status_code == 200 for answer in answers)
    for value in (phone, other, "示例路 8 号", "示例巷 9 号"):
        assert not any(value in answer.text for answer in answers)
    assert answers[0].json()["name"] == "Pool Person"
    assert (slug(changed), slug(revealed)) == ("field-read-only", "not-permitted")
    assert (await stored(floor, customer_id))["phone"] == phone


async def test_viewing_shows_them_for_a_purpose(floor: Floor) -> None:
    """All of them; with the purpose on the line, and what is left for today."""
    phone, other = a_phone(), a_phone()
    points = [{"type": "phone", "value": other}]
    customer_id = await floor.pooled(phone=phone, address="示例路 8 号", contact_points=points)
    client = await floor.colleague()

    first = await act(client, customer_id, "pool-contact", **VIEWING)
    again = await act(client, customer_id, "pool-contact", **VIEWING)
    (line,) = await floor.service.lines_of(first)

    shown = first.json()
    assert first.status_code == 200, first.text
    assert (shown["phone"], shown["address"]) == (phone, "示例路 8 号")
    assert [point["value"] for point in shown["contact_points"]] == [other]
    assert (shown["left_today"], again.json()["left_today"]) == (999, 999)
    assert (line["purpose"], line["operation"]) == ("first_call", "view_pool_contact")
    assert [str(one) for one in line["subjects"]] == [customer_id]
    assert '"phone":"read"' in line["disclosed"]
    assert '"views":1' in line["detail"]


async def test_viewing_stops_at_the_daily_number(floor: Floor) -> None:
    """Also with all at once; known ones may be viewed again, and another day more of them."""
    customers = [await floor.pooled(phone=a_phone()) for _ in range(6)]
    client = await floor.colleague()
    await floor.rules(contact_views_per_day=2)

    answers = await asyncio.gather(
        *(act(client, one, "pool-contact", **VIEWING) for one in customers * 2)
    )
    seen = {a.json()["customer_id"] for a in answers if a.status_code == 200}
    refused = [a for a in answers if a.status_code == 429]
    known = await act(client, min(seen), "pool-contact", **VIEWING)
    await floor.execute("update pool_uses set used_on = used_on - 1")
    fresh = await act(client, min({*customers} - seen), "pool-contact", **VIEWING)
    await floor.rules(contact_views_per_day=1000)

    assert len(seen) == 2
    assert {slug(answer) for answer in refused} == {"contact-views-used-up"}
    assert refused[0].json()["renews_at"].endswith("T16:00:00Z")
    assert not any("+86199" in answer.text for answer in refused)
    assert (known.status_code, fresh.status_code) == (200, 200)


async def test_what_is_not_in_the_pool_is_not_viewed_so(floor: Floor) -> None:
    """Neither owned ones, nor those out of reach, nor without the role."""
    own, pooled = await floor.owned(floor.seller), await floor.pooled()
    south = await floor.service.as_("sales_south")
    clerk = await a_client(floor.service, "data_entry", department_id=UUID(floor.shanghai))

    assert slug(await act(floor.seller, own, "pool-contact", **VIEWING)) == "not-in-pool"
    assert slug(await act(south, pooled, "pool-contact", **VIEWING)) == "not-found"
    assert slug(await act(clerk, pooled, "pool-contact", **VIEWING)) == "not-permitted"
    assert slug(await act(floor.seller, pooled, "pool-contact", purpose="a\nb")) == "malformed"


async def test_the_mask_is_explained(floor: Floor) -> None:
    """To a data officer: granted, and masked for the pool's sake."""
    asked = {"customer_id": await floor.pooled(), "role": "sales"}

    answer = await floor.officer.post("/v1/access/explain", json=asked)

    fields = {one["name"]: one for one in answer.json()["fields"]}
    assert (fields["phone"]["read"], fields["phone"]["reason"]) == ("mask", "pooled")
    assert (fields["name"]["read"], fields["name"]["reason"]) == ("show", "granted")


async def test_the_desk_is_not_bound(floor: Floor) -> None:
    """Who reaches all customers sees as much as before."""
    customer_id = await floor.pooled(phone="+8619977770009")
    desk = await floor.service.as_("service")

    asked = {"fields": ["phone"], "purpose": "call back"}
    revealed = await act(desk, customer_id, "reveal", **asked)

    assert revealed.json()["phone"] == "+8619977770009"


async def test_a_hidden_pool_masks_as_well(floor: Floor) -> None:
    """Who does not see that a customer is in the pool does not see around it by a change."""
    plain = ("customers:read", "customers:write", "identity:read", "classes:write")
    placed = ("customers.department_id:read", "contact:write@below?tier=A")
    role = await a_role(floor.service, *plain, *placed)
    clerk = await a_client(floor.service, role, department_id=UUID(floor.shanghai))
    pooled = await floor.pooled(phone=a_phone(), tier="B")
    other = await floor.customer(phone=a_phone(), tier="B")

    changed = [
        await clerk.patch(f"/v1/customers/{one}", json={"tier": "A"}, headers=EVERY)
        for one in (pooled, other)
    ]

    assert [answer.json()["withheld"].get("phone") for answer in changed] == ["masked", "masked"]
    shown = (await clerk.get(f"/v1/customers/{other}")).json()
    assert "phone" not in shown["withheld"]


async def test_the_zone_is_that_of_the_settings(
    new_database: NewDatabase, settings: Settings
) -> None:
    """Elsewhere the day ends at another hour."""
    urls = await new_database()
    abroad = settings.model_copy(update={"quotas": QuotaSettings(zone="UTC")})
    async with running_service(abroad, urls.app, urls.owner) as service:
        floor = await a_floor(service)
        await floor.rules(takes_per_day=1)
        first, second = await floor.pooled(), await floor.pooled()

        await act(floor.seller, first, "take")
        refused = await act(floor.seller, second, "take")

    assert refused.json()["renews_at"].endswith("T00:00:00Z")
