"""Tests of the repository where the API does not lead: rights held twice, and tries that end."""

from uuid import uuid4

import pytest

from app.core import repository as module
from app.core.problems import FieldNotAvailable, FieldReadOnly, NotFound
from app.core.repository import Ids, Repository, require_writable
from app.core.work import Platform
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
        require_writable(Customer, work, {"phone": 1, "tier": "A", "nickname": 1})
    with pytest.raises(FieldReadOnly) as closed:
        require_writable(Customer, work, {"city": "x", "tier": "A"})
    with pytest.raises(FieldReadOnly) as fixed:
        await customers.change(NOWHERE, "*", {"kind": "person"})

    assert hidden.value.members["names"] == ["phone", "nickname"]
    assert closed.value.members["names"] == ["city"]
    assert fixed.value.members["names"] == ["kind"]
    assert [entry.name for entry in require_writable(Customer, work, {"tier": "A"})] == ["tier"]


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
