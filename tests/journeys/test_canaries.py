"""No sealed value stands in clear anywhere: not in a dump, a log, a file or a line."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import pytest

from app.core.records import RESOURCES
from app.postgres.cluster import Cluster
from app.settings import Settings
from tests.conftest import DatabaseUrls
from tests.journeys.canaries import Watch, canaries
from tests.journeys.matrix.cells import PARTS as PART_RECORDS
from tests.journeys.matrix.samples import samples
from tests.service import Service, running_service

ANY: Final = {"If-Match": "*"}
PURPOSE: Final = {"purpose": "looking for canaries", "reason": "Kanarie reason"}
PARTS: Final = ",".join(r.noun if r.single else r.table.name for r in PART_RECORDS)
OTHERS: Final = ("Kanarie reason", "Kanarie query", "Kanarie body", "Kanarie crash")


@pytest.fixture(scope="module")
async def service(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Service]:
    """A service on a database of this module's own, which is looked through afterwards."""
    async with running_service(settings, database_urls.app, database_urls.owner) as running:
        yield running


async def release(service: Service, flock: dict[str, dict[str, str]]) -> list[httpx.Response]:
    """Do everything with the canaries that is done with customers' data."""
    officer = await service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    new = {"kind": "person", "department_id": places[0]["department_id"]} | flock["customers"]
    person = new | {"person_profile": samples(RESOURCES["person-profiles"])}
    person["person_profile"] |= flock["person-profiles"]
    company = new | {"kind": "organization", "organization_profile": flock["organization-profiles"]}
    made = [await officer.post("/v1/customers", json=one) for one in (person, company)]
    path, other = (f"/v1/customers/{one.json()['customer_id']}" for one in made)
    for name in ("contact-points", "addresses", "notes", "relationships", "external-ids"):
        row = samples(RESOURCES[name]) | flock[name]
        if name == "relationships":
            row["other_id"] = other.rpartition("/")[2]
        made.append(await officer.post(f"{path}/{name}", json=row))
    assert {one.status_code for one in made} == {201}, [one.text for one in made]
    return [*made, *await look(officer, path, flock), *await stumble(officer, path, other, flock)]


async def look(officer: Any, path: str, flock: dict[str, dict[str, str]]) -> list[httpx.Response]:
    """Read, search, look up, reveal and change."""
    name, phone = flock["customers"]["name"], flock["customers"]["phone"]
    keyed = {"Idempotency-Key": "canaries"} | ANY
    filtered = {"filter": {"field": "phone", "value": phone}}
    revealed = {"fields": ["id_number"], **PURPOSE}
    remark = {"remark": flock["customers"]["remark"] + " again"}
    return [
        await officer.get(path),
        await officer.get("/v1/customers", params={"include": PARTS}),
        await officer.post("/v1/customers/search", json={"q": name}),
        await officer.post("/v1/customers/search", json=filtered),
        await officer.post(f"{path}/person-profile/reveal", json=revealed),
        await officer.patch(path, json=remark, headers=keyed),
        await officer.get(f"{path}/history"),
    ]


async def stumble(
    officer: Any, path: str, other: str, flock: dict[str, dict[str, str]]
) -> list[httpx.Response]:
    """Fail in every way that might write a value down."""
    taken = samples(RESOURCES["external-ids"]) | flock["external-ids"]
    wrong = {"phone": "Kanarie body", "birth_date": "Kanarie body"}
    crash = {"kind": "person", "name": "Kanarie crash \ud800"}
    return [
        await officer.post(f"{other}/external-ids", json=taken),
        await officer.patch(path, json=wrong, headers=ANY),
        await officer.post("/v1/customers", json={"kind": "Kanarie body", **wrong}),
        await officer.post("/v1/customers", content=b'{"name": "Kanarie body'),
        await officer.get("/v1/customers", params={"name": "Kanarie query"}),
        await officer.get("/v1/customers/Kanarie query"),
        await officer.get(path, headers={"X-Purpose": "Kanarie query 13977001234"}),
        await officer.post("/v1/customers/batch", json={"items": [{"create": wrong}]}),
        await officer.post("/v1/customers", content=repr(crash).encode()),
    ]


async def test_no_canary_has_left_its_cage(
    service: Service,
    cluster: Cluster,
    database_urls: DatabaseUrls,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """After all of that, dump, data files, logs of both sides and audit lines are clean."""
    flock = canaries()
    watch = Watch(flock, *OTHERS)
    oldest = await ask_root(database_urls, "select pg_walfile_name(pg_current_wal_insert_lsn())")
    await break_constraints(database_urls, flock)
    answers = await release(service, flock)
    shown = watch.found_in(b"".join(answer.content for answer in answers))
    await ask_root(database_urls, "checkpoint")
    number = await ask_root(
        database_urls, "select oid::text from pg_database where datname = current_database()"
    )
    data, logs = cluster.folders.data, _files(cluster.folders.root / "log")
    journal = [path for path in _files(data / "pg_wal") if path.name >= oldest]

    assert watch.caged <= shown, "the service shows them to those who may"
    assert watch.found_in(dump(cluster, database_urls)) == set()
    assert watch.found_in_files([*_files(data / "base" / number), *journal, *logs]) == {}
    assert watch.found_in("".join(capfd.readouterr()).encode()) == set()
    assert journal
    assert logs


async def ask_root(urls: DatabaseUrls, sql: str) -> str:
    """Ask as the superuser."""
    superuser = await asyncpg.connect(urls.superuser)
    try:
        return str(await superuser.fetchval(sql))
    finally:
        await superuser.close()


async def break_constraints(urls: DatabaseUrls, flock: dict[str, dict[str, str]]) -> None:
    """Make PostgreSQL refuse statements with values in them, as the service's role."""
    connection = await asyncpg.connect(urls.app)
    name = flock["customers"]["name"]
    for sql in ("insert into key_checks values ($1, null)", "select $1::text::int"):
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(sql, name)
    with pytest.raises(asyncpg.PostgresError):
        await connection.execute(f"select '{name}'::int")
    await connection.close()


def dump(cluster: Cluster, urls: DatabaseUrls) -> bytes:
    """Return the whole database as pg_dump writes it."""
    command = [str(cluster.binaries.tool("pg_dump")), "--dbname", urls.superuser]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    assert b"COPY public.customers" in written
    return written


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
