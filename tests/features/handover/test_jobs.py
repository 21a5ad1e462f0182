"""Handing over as a job: in batches, to a successor who is still there."""

from typing import Any
from uuid import UUID

import pytest

from app.features.handover import repository, service
from app.settings import Settings
from tests.core.job_scene import Table
from tests.features.handover.test_departing import depart, owning
from tests.features.jobs.scene import running
from tests.features.staff.inviting import active
from tests.service import Service


@pytest.fixture
def table(staffed_service: Service) -> Table:
    """The jobs of the service."""
    return Table(staffed_service.owner_url)


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave all of it to the job, two customers at a time."""
    monkeypatch.setattr(repository, "BATCH", 2)
    monkeypatch.setattr(service.HandoverService.depart, "__defaults__", (0.0,))


async def left(staffed: Service) -> tuple[dict[str, Any], dict[str, Any], UUID]:
    """Let somebody leave who owns five customers; return who, to whom, and the job."""
    leaver, _ = await owning(staffed, 5)
    heir = await active(staffed, roles=["sales"])
    answer = (await depart(staffed, leaver, heir)).json()
    assert (answer["handed_over"], answer["remaining"]) == (0, 5)
    return leaver, heir, UUID(answer["job_id"])


async def test_the_rest_is_handed_over(
    staffed_service: Service, settings: Settings, table: Table
) -> None:
    """Batch by batch, each with its line; asked again meanwhile, no second job is made."""
    leaver, heir, job_id = await left(staffed_service)
    again = (await depart(staffed_service, leaver, heir)).json()

    async with running(settings, staffed_service):
        row = await table.until(job_id, "succeeded")

    assert again["job_id"] == str(job_id)
    assert (row["done"], row["total"]) == (5, 5)
    subjects = [len(line["subjects"]) for line in await table.lines(job_id)]
    assert subjects == [0, 2, 2, 1, 0]
    proof = f"/v1/users/{leaver['user_id']}/proof"
    client = await staffed_service.as_("administrator")
    assert (await client.get(proof)).json()["is_dead"] is True


async def test_a_successor_who_has_left_gets_nothing(
    staffed_service: Service, settings: Settings, table: Table
) -> None:
    """The job fails under the name of the reason; the next call names another successor."""
    leaver, heir, job_id = await left(staffed_service)
    await depart(staffed_service, heir)

    async with running(settings, staffed_service):
        row = await table.until(job_id, "failed")
        other = await active(staffed_service, roles=["sales"])
        further = (await depart(staffed_service, leaver, other)).json()["job_id"]
        await table.until(UUID(further), "succeeded")

    assert (row["trouble"], row["done"]) == ("colleague-not-available", 0)
    assert further != str(job_id)
