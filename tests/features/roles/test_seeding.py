"""Seeding: shipped roles appear and follow the release, until somebody makes them their own."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.features.roles.seeding import ensure_shipped_roles
from app.features.staff.roles import SHIPPED
from tests.conftest import NewDatabase

SCOPES = {role.code: role.scopes() for role in SHIPPED}


@pytest.fixture
async def owner(new_database: NewDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner, in a database that has nothing but the shipped roles."""
    urls = await new_database()
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


async def in_force(owner: asyncpg.Connection) -> dict[str, list[str]]:
    """Return what is in force."""
    rows = await owner.fetch("select code, scopes from roles")
    return {row["code"]: row["scopes"] for row in rows}


async def versions(owner: asyncpg.Connection, code: str) -> list[int]:
    """Return the versions that a role had."""
    sql = "select version from role_versions where code = $1 order by version"
    return [row["version"] for row in await owner.fetch(sql, code)]


async def test_shipped_roles_are_published(owner: asyncpg.Connection) -> None:
    """A fresh database has each shipped role as its first version, published by nobody."""
    rows = await owner.fetch("select code, version, scopes, published_by from role_versions")

    assert {row["code"]: row["scopes"] for row in rows} == SCOPES == await in_force(owner)
    assert {(row["version"], row["published_by"]) for row in rows} == {(1, None)}


async def test_second_start_publishes_nothing(owner: asyncpg.Connection) -> None:
    """What is as shipped stays as it is."""
    await ensure_shipped_roles(owner)

    assert await versions(owner, "sales") == [1]


async def test_release_publishes_what_it_changed(owner: asyncpg.Connection) -> None:
    """A role that is still the shipped one of the release before becomes that of this one."""
    for table in ("roles", "role_versions"):
        await owner.execute(f"update {table} set scopes = '{{self:read}}' where code = 'sales'")

    await ensure_shipped_roles(owner)

    assert (await in_force(owner))["sales"] == SCOPES["sales"]
    assert await versions(owner, "sales") == [1, 2]


async def test_edited_role_is_left_alone(owner: asyncpg.Connection) -> None:
    """What somebody has published since is theirs, also when the next release differs."""
    await owner.execute(
        "insert into role_versions (code, version, en, zh, scopes, published_at, published_by) "
        "values ('sales', 2, 'Sales', '销售', '{self:read}', now(), gen_random_uuid())"
    )
    await owner.execute("update roles set scopes = '{self:read}', version = 2 where code = 'sales'")

    await ensure_shipped_roles(owner)

    assert (await in_force(owner))["sales"] == ["self:read"]
    assert await versions(owner, "sales") == [1, 2]


async def test_retired_role_stays_retired(owner: asyncpg.Connection) -> None:
    """A release brings nothing back that was taken out of use."""
    await owner.execute("update roles set retired_at = now(), scopes = '{}' where code = 'sales'")

    await ensure_shipped_roles(owner)

    assert (await in_force(owner))["sales"] == []


async def test_roles_from_before_versions_get_their_first(owner: asyncpg.Connection) -> None:
    """A database of the first release is brought to what this one says."""
    await owner.execute("delete from role_versions")
    await owner.execute("update roles set version = 0, scopes = '{self:read}'")
    await owner.execute("insert into roles values ('own', 'Own', '自设', '{self:read}')")

    await ensure_shipped_roles(owner)

    assert await in_force(owner) == {**SCOPES, "own": ["self:read"]}
    assert await versions(owner, "sales") == [1]
    assert await versions(owner, "own") == []


async def test_missing_role_is_added_and_counted(owner: asyncpg.Connection) -> None:
    """What is missing comes back, and every process takes notice."""
    await owner.execute("delete from role_versions where code = 'auditor'")
    await owner.execute("delete from roles where code = 'auditor'")
    before = await owner.fetchval("select epoch from staff_epoch")

    await ensure_shipped_roles(owner)

    assert (await in_force(owner))["auditor"] == SCOPES["auditor"]
    assert await owner.fetchval("select epoch from staff_epoch") == before + 1
