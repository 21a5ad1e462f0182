"""What the contenders stand on: a PostgreSQL as it ships, both databases filled."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.commands.schema import bring_up
from app.core import keys
from app.postgres import binaries
from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.settings import Settings
from bench import data
from bench.plans import Rows
from bench.searches import parts_of_names

REFERENCE: str = "reference"


@dataclass(frozen=True, slots=True)
class Ground:
    """A running cluster with both databases."""

    home: Path
    cluster: Cluster
    rows: Rows

    @property
    def reference_url(self) -> str:
        """The owner's way into the reference's database."""
        return self.cluster.addresses.dsn(Role.OWNER, REFERENCE)

    @property
    def postmaster(self) -> int:
        """The process id of the server."""
        return int((self.cluster.folders.data / "postmaster.pid").read_text().split()[0])

    async def version(self) -> str:
        """Return the version of PostgreSQL."""
        connection = await asyncpg.connect(self.cluster.addresses.superuser)
        try:
            return str(await connection.fetchval("show server_version"))
        finally:
            await connection.close()

    async def checkpoint(self) -> None:
        """Write all out, so that no contender pays for another's pages."""
        connection = await asyncpg.connect(self.cluster.addresses.superuser)
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()


@asynccontextmanager
async def prepared(home: Path, count: int) -> AsyncIterator[Ground]:
    """Start PostgreSQL in a home folder, and fill it unless that was done before."""
    settings = Settings(home=home)
    keys.create_missing(settings.keys_folder)
    cluster = Cluster(home, binaries.find(), settings={})
    addresses = await cluster.start()
    try:
        await bring_up(addresses.owner)
        if await _is_empty(addresses.owner):
            await _fill(settings, cluster, count)
        yield Ground(home, cluster, await _rows(settings, addresses.owner))
    finally:
        await cluster.stop()


async def _is_empty(owner_url: str) -> bool:
    owner = await asyncpg.connect(owner_url)
    try:
        return not await owner.fetchval("select exists (select from customers)")
    finally:
        await owner.close()


async def _fill(settings: Settings, cluster: Cluster, count: int) -> None:
    """Write the rows into both databases, and let PostgreSQL look at them."""
    began = time.monotonic()
    await cluster.create_database(REFERENCE)
    addresses = cluster.addresses
    owner = await asyncpg.connect(addresses.owner)
    reference = await asyncpg.connect(addresses.dsn(Role.OWNER, REFERENCE))
    try:
        departments = await data.make_staff(owner)
        await data.make_reference_table(reference)
        async with data.open_platform(settings, addresses.app) as platform:
            await data.write_customers(platform, reference, departments, count)
        await owner.execute("vacuum analyze")
        await reference.execute("vacuum analyze")
    finally:
        await owner.close()
        await reference.close()
    print(f"{count} customers written twice in {time.monotonic() - began:.0f} s")


async def _rows(settings: Settings, owner_url: str) -> Rows:
    owner = await asyncpg.connect(owner_url)
    try:
        users = await owner.fetch("select user_id from users where username like 'bench%'")
        departments = await owner.fetch("select department_id from departments order by 1")
        by_tier = await data.ids_by_tier(owner)
    finally:
        await owner.close()
    count = sum(map(len, by_tier.values()))
    return Rows(
        keys.load(settings.keys_folder),
        [row[0] for row in users],
        [str(row[0]) for row in departments],
        by_tier,
        parts_of_names(count),
    )
