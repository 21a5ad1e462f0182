"""The access log: who saw or changed a customer, which members, and why."""

from uuid import uuid4

import asyncpg
import pytest

from app.core.access import ActorKind, an_actor
from app.core.audit import Line
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import NotFound
from app.core.work import UnitOfWork
from app.features.trail.schemas import AccessView
from app.features.trail.service import TrailService
from app.settings import Settings
from tests.conftest import open_test_platform
from tests.features.customers.builders import a_customer
from tests.features.trail.builders import REASON, log, revealed
from tests.service import Service


async def test_the_access_log_tells_who_saw_what_and_why(service: Service) -> None:
    """Whoever looks after the data learns names, members in clear or masked, purpose and reason."""
    customer_id, _ = await revealed(service)
    await (await service.as_("service")).get(f"/v1/customers/{customer_id}")

    masked, clear, made = await log(service, "data_officer", customer_id)

    assert made.keys() == AccessView.model_fields.keys()
    assert (masked["operation"], masked["fields"]["customers"]["phone"]) == (
        "get_customer",
        "masked",
    )
    assert (clear["operation"], clear["fields"]["customers"]["phone"]) == (
        "reveal_customer",
        "read",
    )
    assert (clear["username"], clear["purpose"]) == ("service", "service_call_back")
    assert (clear["has_reason"], clear["reason"]) == (True, REASON)
    assert (made["operation"], made["username"]) == ("create_customer", "sales")
    assert "phone" in made["changed"]


async def test_an_auditor_learns_that_there_is_a_reason_but_not_which(service: Service) -> None:
    """Reasons are written about customers, whom an auditor cannot read."""
    customer_id, _ = await revealed(service)

    (entry, _) = await log(service, "auditor", customer_id)

    assert (entry["has_reason"], entry["reason"]) == (True, None)


async def test_a_reason_dies_with_the_customers_key(service: Service) -> None:
    """Once the key is destroyed, the log tells that there was a reason, and nothing of it."""
    customer_id, _ = await revealed(service)
    owner = await asyncpg.connect(service.owner_url)
    await owner.execute("delete from customer_keys where customer_id = $1::text::uuid", customer_id)
    await owner.close()

    (entry, _) = await log(service, "data_officer", customer_id)

    assert (entry["has_reason"], entry["reason"]) == (True, None)


async def test_the_access_log_can_be_narrowed_in_time(service: Service) -> None:
    """Since and until bound it; cursors continue it."""
    customer_id, _ = await revealed(service)
    newest, oldest = await log(service, "data_officer", customer_id)

    since = await log(service, "data_officer", customer_id, since=newest["at"])
    until = await log(service, "data_officer", customer_id, until=newest["at"])

    operations = [entry["operation"] for entry in since]
    assert operations == ["list_accesses", "reveal_customer"]
    assert until == [oldest]


async def test_looking_at_the_access_log_stands_in_it(service: Service) -> None:
    """The next look shows this one."""
    customer_id, _ = await revealed(service)
    await log(service, "auditor", customer_id)

    newest, *_ = await log(service, "data_officer", customer_id)

    assert (newest["operation"], newest["username"]) == ("list_accesses", "auditor")
    assert newest["fields"]["access-log"]["reason"] == "hidden"


async def test_the_access_log_of_nobody_is_not_there(service: Service) -> None:
    """An invented customer has no log."""
    client = await service.as_("data_officer")

    assert (await client.get(f"/v1/customers/{uuid4()}/access-log")).status_code == 404
    assert (await client.get("/v1/customers/x/access-log")).status_code == 404


async def test_an_access_log_out_of_reach_is_not_there(
    service: Service, settings: Settings
) -> None:
    """The log is as far away as the customer."""
    made = await a_customer(service)
    scopes = {Permission.ACCESS_LOG_READ}
    near = an_actor(
        ActorKind.PERSON, uuid4(), scopes=scopes, departments=[uuid4(), made["department_id"]]
    )
    far = an_actor(ActorKind.PERSON, uuid4(), scopes=scopes, departments=[uuid4()])

    async with open_test_platform(service.app_url, settings) as platform:
        seen = TrailService(UnitOfWork(platform, Line("near-request", actor=near)))
        unseen = TrailService(UnitOfWork(platform, Line("far-request", actor=far)))
        listed = await seen.access_log(made["customer_id"], Asked())
        with pytest.raises(NotFound):
            await unseen.access_log(made["customer_id"], Asked())

    assert len(listed.items) == 1
