"""Tests of the scheduled verification: when it is due, how far it looks, and what it tells."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.core.clock import now
from app.core.jobs import OPERATOR
from app.features.alerts.service import VerifyEvery, verify_when_due
from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.alerts.conftest import watching
from tests.features.alerts.scene import HOUR, Scene, somebody
from tests.service import Service, running_service

FORGE = (
    "update audit_lines set operation = 'forged_line' "
    "where seq = (select max(last_seq) from audit_segments) returning seq"
)
SEALED = "select coalesce(max(segment_no), 0) from audit_segments"


@dataclass(frozen=True, slots=True)
class Own:
    """A scene whose audit may be forged."""

    scene: Scene
    superuser_url: str

    async def more(self, segment: int) -> int:
        """Write a line, and wait until a segment after this one is sealed."""
        await self.scene.line(somebody())
        for _ in range(100):
            newest = int((await self.scene.platform.database.fetch(SEALED, []))[0][0])
            if newest > segment:
                return newest
            await asyncio.sleep(0.1)
        raise AssertionError("nothing is sealed")


async def metrics(service: Service) -> dict[tuple[str, str], float]:
    """Return the gauges of alerts, by name and label."""
    administrator = await service.as_("administrator")
    families = text_string_to_metric_families((await administrator.get("/metrics")).text)
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
        if family.name.startswith(("cims_alerts", "cims_audit_verification"))
    }


@pytest.fixture
async def own(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Own]:
    """A database whose audit may be forged."""
    urls = await new_database()
    async with (
        running_service(settings, urls.app, urls.owner) as service,
        watching(urls.app, settings) as platform,
    ):
        yield Own(Scene(service, platform), urls.superuser)


async def test_it_looks_at_what_is_new(own: Own) -> None:
    """Once in its time, and from where it stopped the last time."""
    platform = own.scene.platform
    first_end = await own.more(0)

    first, again = await verify_when_due(platform), await verify_when_due(platform)
    platform.tools[VerifyEvery] = VerifyEvery(0 * HOUR)
    await own.more(first_end)
    second = await verify_when_due(platform)

    assert first is not None
    assert second is not None
    assert again is None
    assert (first.ok, second.ok) == (True, True)
    assert second.first_segment >= first.last_segment
    assert await own.scene.alerts(OPERATOR) == []


async def test_a_forged_line_is_told_of(own: Own) -> None:
    """As a critical alert, and where operators look."""
    assert (await metrics(own.scene.service))[("cims_audit_verification", "broken")] == 0
    await own.more(0)
    await forge(own.superuser_url)

    report = await verify_when_due(own.scene.platform)

    assert report is not None
    assert not report.ok
    (alert,) = await own.scene.alerts(OPERATOR)
    assert (alert["rule_code"], alert["severity"]) == ("audit_broken", "critical")
    shown = await metrics(own.scene.service)
    assert shown[("cims_alerts_open", "critical")] == 1
    assert shown[("cims_alerts_open", "warning")] == 0
    assert shown[("cims_audit_verification", "broken")] == 1
    checked = shown[("cims_audit_verification", "checked_at_seconds")]
    assert abs(now().timestamp() - checked) < 60


async def test_an_auditor_who_finds_a_forged_line_raises_it_too(own: Own) -> None:
    """The answer says so, and the alert names who has looked; a second look adds to it."""
    service = own.scene.service
    auditor = await service.as_("auditor")
    me = (await auditor.get("/v1/me")).json()["user_id"]
    await own.more(0)
    whole = await auditor.get("/v1/audit-events/verify")
    quiet = await own.scene.alerts(UUID(me))
    await forge(own.superuser_url)

    answer = await auditor.get("/v1/audit-events/verify")

    assert (whole.json()["ok"], quiet) == (True, [])
    assert (answer.status_code, answer.json()["ok"]) == (200, False)
    (alert,) = await own.scene.alerts(UUID(me))
    assert (alert["rule_code"], alert["severity"]) == ("audit_broken", "critical")
    lines = [(one["operation"], one["status"]) for one in await service.lines_of(answer)]
    assert lines == [("verify_audit_trail", 500), ("verify_audit_events", 200)]


async def forge(superuser_url: str) -> None:
    """Do to the newest sealed line what only somebody with all rights in the database can do."""
    connection = await asyncpg.connect(superuser_url)
    assert await connection.fetchval(FORGE)
    await connection.close()
