"""Tests of health and metrics: what a supervisor asks, with the database there and gone."""

from urllib.parse import urlsplit

import asyncpg
import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.service import Service, running_service

END = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> $2"


async def test_a_service_that_can_answer_says_so(service: Service) -> None:
    """Alive and ready, without signing in."""
    async with service.anonymous() as client:
        live, ready = await client.get("/health/live"), await client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert "etag" not in ready.headers


async def test_a_service_without_its_database_is_alive_and_not_ready(
    new_database: NewDatabase, settings: Settings
) -> None:
    """It refuses everything that needs a line, shows nothing, and comes back by itself."""
    urls = await new_database()
    name = urlsplit(urls.app).path.removeprefix("/")
    root = await asyncpg.connect(urls.superuser, database="postgres")
    async with running_service(settings, urls.app, urls.owner) as service:
        client = await service.as_("sales")
        await root.execute(f'alter database "{name}" allow_connections false')
        await root.execute(END, name, root.get_server_pid())

        gone = [await client.get(p) for p in ("/health/live", "/health/ready", "/v1/customers")]
        refused = await client.get("/v1/customers?limit=0")
        await root.execute(f'alter database "{name}" allow_connections true')
        back = await _until_ready(service)
        listed = await client.get("/v1/customers")
    await root.close()

    assert [answer.status_code for answer in gone] == [200, 503, 503]
    assert refused.status_code == 503
    assert gone[2].headers["retry-after"] == "1"
    assert gone[2].json()["type"] == "/problems/not-now"
    assert (back, listed.status_code) == (200, 200)


async def test_a_service_that_cannot_write_lines_is_not_ready(service: Service) -> None:
    """The database answers, and still nothing could be shown."""
    owner = await asyncpg.connect(service.owner_url)
    async with service.anonymous() as client, owner.transaction():
        await owner.execute("lock table audit_lines in exclusive mode")
        live, ready = await client.get("/health/live"), await client.get("/health/ready")
    await owner.close()

    assert (live.status_code, ready.status_code) == (200, 503)
    assert await _until_ready(service) == 200


async def _until_ready(service: Service) -> int:
    status = 0
    async with service.anonymous() as client:
        for _ in range(40):
            status = (await client.get("/health/ready")).status_code
            if status == 200:
                break
            await client.get("/v1/me")
    return status


async def test_metrics_are_for_operators(service: Service) -> None:
    """In the text format, by operation and status, without a name of anybody."""
    await (await service.as_("sales")).get("/v1/customers?limit=1")
    client = await service.as_("administrator")

    answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'cims_answers_total{operation="list_customers",status="200"}' in answer.text
    assert "cims_answer_seconds_bucket" in answer.text
    assert "sales" not in answer.text


@pytest.mark.parametrize(("by", "status"), [("sales", 403), ("auditor", 403), (None, 401)])
async def test_nobody_else_reads_metrics(service: Service, by: str | None, status: int) -> None:
    """They tell of the service, not of customers, and still are not for everybody."""
    client = await service.as_(by) if by else service.anonymous()

    assert (await client.get("/metrics")).status_code == status
