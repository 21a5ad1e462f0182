"""Rotation of the wrapping key: online, resumable, without a single answer lost."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from app.core import keys, rewrapping
from app.core.jobs import job_work
from app.core.work import Platform
from app.settings import Settings
from tests.conftest import DatabaseUrls, NewDatabase, open_test_platform
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service, running_service

NUMBER: Final = 12


@pytest.fixture
def own_settings(home: Path, tmp_path: Path) -> Settings:
    """Settings with keys of their own, to which one is added."""
    shutil.copytree(home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
async def own_urls(new_database: NewDatabase) -> DatabaseUrls:
    """A database whose keys are these."""
    return await new_database()


@pytest.fixture
async def service(
    own_urls: DatabaseUrls, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    """A service that takes its keys from there, and steps small enough to be watched."""
    monkeypatch.setattr(rewrapping, "STEP", 5)
    async with running_service(own_settings, own_urls.app, own_urls.owner) as running:
        yield running


async def rewrap(platform: Platform) -> int:
    """Take one step of a rotation."""
    return await rewrapping.rewrap_step(job_work(platform, "rotate_wrapping_key"))


async def test_rotation_goes_on_while_everything_is_read(
    service: Service, own_urls: DatabaseUrls, own_settings: Settings
) -> None:
    """Readers notice nothing, an interruption is taken up again, a second run has nothing to do."""
    made = {(await a_customer(service, phone=a_phone()))["customer_id"] for _ in range(NUMBER)}
    client, statuses = await service.as_("sales"), set[int]()
    is_done = asyncio.Event()

    async def read() -> None:
        while not is_done.is_set():
            for customer_id in made:
                statuses.add((await client.get(f"/v1/customers/{customer_id}")).status_code)

    reading = asyncio.create_task(read())
    newest = keys.add_wrapping_key(own_settings.keys_folder)
    async with open_test_platform(own_urls.app, own_settings) as platform:
        first = await rewrap(platform)
        half = await rewrapping.count_by_wrapping_key(platform)
    async with open_test_platform(own_urls.app, own_settings) as platform:
        rest = [await rewrap(platform) for _ in range(4)]
        whole = await rewrapping.count_by_wrapping_key(platform)
    is_done.set()
    await reading

    assert (first, rest) == (5, [5, 2, 0, 0])
    assert half == {newest - 1: NUMBER - 5, newest: 5}
    assert whole == {newest: NUMBER}
    assert statuses == {200}


async def test_rotated_keys_open_every_value_and_leave_lines(
    service: Service, own_urls: DatabaseUrls, own_settings: Settings
) -> None:
    """After a rotation each value is what it was, new ones join, and each step has its line."""
    phone = a_phone()
    made = await a_customer(service, phone=phone)
    path = f"/v1/customers/{made['customer_id']}"
    client = await service.as_("sales")
    before = await client.get(path)

    newest = keys.add_wrapping_key(own_settings.keys_folder)
    async with open_test_platform(own_urls.app, own_settings) as platform:
        work = job_work(platform, "rotate_wrapping_key")
        while await rewrapping.rewrap_step(work):
            work = job_work(platform, "rotate_wrapping_key")
        lines = await platform.database.fetch(
            "select count(*) from audit_lines where operation = 'rotate_wrapping_key' "
            "and $1::uuid = any(subjects)",
            [made["customer_id"]],
        )
    after = await client.get(path)
    added = await a_customer(service, phone=a_phone())
    stale = await client.patch(
        path, json={"tier": "B"}, headers={"If-Match": before.headers["etag"]}
    )

    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])
    assert stale.json()["phone"] == phone
    assert lines[0][0] == 1
    async with open_test_platform(own_urls.app, own_settings) as platform:
        held = await platform.database.fetch(
            "select wrapping_key from customer_keys where customer_id = $1", [added["customer_id"]]
        )
    assert [row[0] for row in held] == [newest]
