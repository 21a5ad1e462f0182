"""Tests of the repository where the API does not lead: rights held twice, and tries that end."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from app.core import repository as module
from app.core.problems import FieldNotAvailable, FieldReadOnly, NotFound
from app.core.repository import Ids, Repository, require_writable
from app.core.work import Platform
from app.core.writing import Draft
from app.features.customers.models import Customer
from app.features.customers.repository import CustomerRepository
from tests.core.works import a_work
from tests.features.customers.builders import a_customer
from tests.service import Service

NOWHERE = Ids(uuid4(), uuid4())


async def test_a_write_is_weighed_again_behind_the_input(platform: Platform) -> None:
    """Hidden names are unknown, read ones are closed, and what stays is closed for everybody."""
    work = a_work(platform, "classes:write", "region:read", "reach:all")
    customers = CustomerRepository(work)

    with pytest.raises(FieldNotAvailable) as hidden:
        require_writable(Customer, work.actor.policy, {"phone": 1, "tier": "A", "nickname": 1})
    with pytest.raises(FieldReadOnly) as closed:
        require_writable(Customer, work.actor.policy, {"city": "x", "tier": "A"})
    with pytest.raises(FieldReadOnly) as fixed:
        await customers.change(NOWHERE, "*", {"kind": "person"})

    assert hidden.value.members["names"] == ["phone", "nickname"]
    assert closed.value.members["names"] == ["city"]
    assert fixed.value.members["names"] == ["kind"]
    assert [
        entry.name for entry in require_writable(Customer, work.actor.policy, {"tier": "A"})
    ] == ["tier"]


async def test_what_is_not_there_is_not_found(platform: Platform) -> None:
    """To be shown, opened or changed."""
    customers = CustomerRepository(a_work(platform, "classes:write", "reach:all"))

    for trying in (
        customers.get(NOWHERE),
        customers.open(NOWHERE),
        customers.change(NOWHERE, "*", {"tier": "A"}),
    ):
        with pytest.raises(NotFound):
            await trying


async def test_a_repository_derives_nothing_by_itself(platform: Platform) -> None:
    """One with derived fields or doubles says so."""

    class Plain(Repository):
        record = Customer

    plain = Plain(a_work(platform))

    assert plain.derived({}) == ({}, {})
    assert not plain.follows({"name": "x"})
    assert plain.BY_ID.record is Customer
    customer_id = uuid4()
    key, _ = platform.sealing.new_key(customer_id)
    draft = Draft(Customer, customer_id, customer_id, key, {})
    assert await plain.doubles(draft, {}) == {"pair_others": [], "pair_reasons": []}


async def test_a_row_is_removed_once(service: Service) -> None:
    """Of two that have both seen it one removes it; the other finds nothing any more."""
    made = await a_customer(service)
    client = await service.as_("sales")
    note = await client.post(f"/v1/customers/{made['customer_id']}/notes", json={"text": "x"})

    owner = await asyncpg.connect(service.owner_url)
    async with owner.transaction():
        await owner.execute(
            "select from notes where note_id = $1 for update", note.json()["note_id"]
        )
        removing = [
            asyncio.create_task(client.delete(note.headers["location"], headers={"If-Match": "*"}))
            for _ in range(2)
        ]
        await asyncio.sleep(0.4)
    await owner.close()

    answers = await asyncio.gather(*removing)
    assert sorted(answer.status_code for answer in answers) == [204, 404]


async def test_tries_end(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is overtaken each time is told to try again, and nothing is changed."""
    made = await a_customer(service, tier="A")
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    note = await client.post(f"{path}/notes", json={"text": "x"})
    monkeypatch.setattr(module, "TRIES", 0)

    changed = await client.patch(path, json={"tier": "B"}, headers={"If-Match": "*"})
    removed = await client.delete(note.headers["location"], headers={"If-Match": "*"})

    assert [answer.status_code for answer in (changed, removed)] == [503, 503]
    assert (await client.get(path)).json()["tier"] == "A"
    assert (await client.get(note.headers["location"])).status_code == 200
