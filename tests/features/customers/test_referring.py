"""Referring: an owner and a parent company are there, or nothing is written."""

from typing import Any

import httpx

from app.core.clock import new_id
from app.features.staff.models import UserStatus
from tests.colleagues import wait_for
from tests.features.customers.builders import a_customer
from tests.features.staff.builders import a_colleague
from tests.features.staff.inviting import slug
from tests.service import Service

COMPANY = {"kind": "organization", "name": "Example Trading"}


async def colleagues(service: Service) -> tuple[str, str]:
    """Return an active colleague and one who is suspended, once the service knows them."""
    active = await a_colleague(service.owner_url)
    gone = await a_colleague(service.owner_url, status=UserStatus.SUSPENDED)
    path = f"/v1/users/{gone.user_id}"
    await wait_for(await service.as_("administrator"), path, lambda answer: answer.is_success)
    client = await service.as_("administrator")
    await wait_for(
        client,
        f"/v1/users?q={gone.username}",
        lambda answer: bool(answer.json()["items"]),
    )
    return str(active.user_id), str(gone.user_id)


async def changed(client: httpx.AsyncClient, path: str, **values: Any) -> httpx.Response:
    """Change something, however it stands."""
    return await client.patch(path, json=values, headers={"If-Match": "*"})


async def test_an_owner_is_an_active_user(service: Service) -> None:
    """Neither an unknown id nor somebody who is out is given a customer."""
    active, gone = await colleagues(service)
    client = await service.as_("data_officer")
    body = {"kind": "person", "name": "张伟"}

    fine = await client.post("/v1/customers", json={**body, "owner_id": active})
    path = f"/v1/customers/{fine.json()['customer_id']}"
    for owner in (gone, str(new_id())):
        opened = await client.post("/v1/customers", json={**body, "owner_id": owner})
        moved = await changed(client, path, owner_id=owner)

        assert (opened.status_code, slug(opened)) == (409, "owner-not-available")
        assert (moved.status_code, slug(moved)) == (409, "owner-not-available")
    assert (await client.get(path)).json()["owner_id"] == active
    assert (await changed(client, path, owner_id=None)).json()["owner_id"] is None


async def test_an_owner_who_left_does_not_stand_in_the_way(service: Service) -> None:
    """Sending back what is stored changes nothing, so it is no fault."""
    active, _ = await colleagues(service)
    client = await service.as_("data_officer")
    made = await client.post("/v1/customers", json={**COMPANY, "owner_id": active})
    path = f"/v1/customers/{made.json()['customer_id']}"

    answer = await changed(client, path, owner_id=active, tier="B")

    assert answer.json()["tier"] == "B"


async def test_a_parent_is_a_customer_within_reach(service: Service) -> None:
    """Out of reach, not there and oneself get one answer, on opening and on changing."""
    client, south = await service.as_("sales"), await service.as_("sales_south")
    above = (await client.post("/v1/customers", json=COMPANY)).json()["customer_id"]
    foreign = (await south.post("/v1/customers", json=COMPANY)).json()["customer_id"]

    profile = {"organization_profile": {"parent_id": above}}
    made = await client.post("/v1/customers", json={**COMPANY, **profile})
    own = made.json()["customer_id"]
    path = f"/v1/customers/{own}/organization-profile"
    answers = [await changed(client, path, parent_id=one) for one in (foreign, str(new_id()), own)]
    for one in (foreign, str(new_id())):
        body = {**COMPANY, "organization_profile": {"parent_id": one}}
        answers.append(await client.post("/v1/customers", json=body))

    assert made.status_code == 201
    assert {(one.status_code, slug(one)) for one in answers} == {(409, "parent-not-available")}
    assert (await client.get(path)).json()["parent_id"] == above
    assert (await changed(client, path, parent_id=above, industry_code="6432")).is_success


async def test_a_batch_answers_each(service: Service) -> None:
    """Who names a parent or an owner that is not there falls out; the others are opened."""
    client = await service.as_("data_officer")
    above = await a_customer(service)
    bodies: list[dict[str, Any]] = [
        {**COMPANY, "organization_profile": {"parent_id": above["customer_id"]}},
        {**COMPANY, "organization_profile": {"parent_id": str(new_id())}},
        {**COMPANY, "owner_id": str(new_id())},
        COMPANY,
    ]

    items = [{"create": body} for body in bodies]
    answer = await client.post("/v1/customers/batch", json={"items": items, "atomic": False})
    whole = await client.post("/v1/customers/batch", json={"items": items, "atomic": True})

    assert [one["status"] for one in answer.json()["items"]] == [201, 409, 409, 201]
    assert slug(whole) == "batch-refused"
