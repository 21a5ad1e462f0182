"""Tests of the database as the service sees it: bounded waits, retries, lost links as NotNow."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.database import TRIES, Database, Waits
from app.core.problems import NotNow
from tests.conftest import DatabaseUrls

UNWILLING = """
create sequence tried;
create function unwilling(times int) returns int language plpgsql as $$
begin
  if nextval('tried') <= times then raise 'again' using errcode = '40001'; end if;
  return currval('tried');
end $$;
grant usage on sequence tried to cims_app;
"""
MYSELF = "select pg_backend_pid()"


@pytest.fixture(scope="module")
async def database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """A database of two connections, with little patience."""
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute(UNWILLING)
    await owner.close()
    opened = await Database.connect(
        database_urls.app, size=2, waits=Waits(statement=1.0, lock=0.3, connection=0.3)
    )
    yield opened
    await opened.close()


async def _restart(urls: DatabaseUrls) -> None:
    owner = await asyncpg.connect(urls.owner)
    await owner.execute("alter sequence tried restart")
    await owner.close()


async def test_what_may_be_retried_is(database: Database, database_urls: DatabaseUrls) -> None:
    """A statement that had to give way runs again."""
    await _restart(database_urls)

    (row,) = await database.fetch("select unwilling($1)", [TRIES - 1])

    assert row[0] == TRIES


async def test_retries_end(database: Database, database_urls: DatabaseUrls) -> None:
    """What gives way each time cannot be done now."""
    await _restart(database_urls)

    with pytest.raises(NotNow):
        await database.fetch("select unwilling($1)", [TRIES])


async def test_a_statement_ends(database: Database) -> None:
    """One that runs too long is cut off, and the connection serves on."""
    with pytest.raises(NotNow):
        await database.fetch("select pg_sleep(5)", [])

    assert await database.fetch("select 1", [])


async def test_a_lock_is_not_waited_for_without_end(
    database: Database, database_urls: DatabaseUrls
) -> None:
    """A locked table is a NotNow, in a statement and in a transaction."""
    owner = await asyncpg.connect(database_urls.owner)
    async with owner.transaction():
        await owner.execute("lock table claims in access exclusive mode")
        with pytest.raises(NotNow):
            await database.fetch("select count(*) from claims", [])
        with pytest.raises(NotNow):
            async with database.transaction() as connection:
                await connection.execute("select count(*) from claims")
    await owner.close()

    assert await database.fetch("select count(*) from claims", [])


async def test_a_free_connection_is_not_waited_for_without_end(database: Database) -> None:
    """When all are lent, the next one is told so."""
    async with database.connection(), database.connection():
        with pytest.raises(NotNow):
            await database.fetch("select 1", [])

    assert await database.fetch("select 1", [])


async def test_a_lost_connection_is_replaced(
    database: Database, database_urls: DatabaseUrls
) -> None:
    """What ran on it is not done; what comes next finds another one."""
    root = await asyncpg.connect(database_urls.superuser)

    async def lose() -> None:
        async with database.connection() as connection:
            pid = await connection.fetchval(MYSELF)
            await root.execute("select pg_terminate_backend($1)", pid)
            await connection.fetchval("select 1")

    with pytest.raises(NotNow):
        await lose()
    await root.close()

    assert await database.fetch("select 1", [])


async def test_of_two_that_wait_in_a_circle_one_gives_way(database: Database) -> None:
    """PostgreSQL ends one of them, which is told to try again."""

    async def cross(first: int, second: int) -> None:
        async with database.transaction() as connection:
            await connection.execute("set local lock_timeout = '3s'")
            await connection.execute("set local statement_timeout = '4s'")
            await connection.execute("select pg_advisory_xact_lock($1)", first)
            await asyncio.sleep(0.1)
            await connection.execute("select pg_advisory_xact_lock($1)", second)

    outcomes = await asyncio.gather(cross(1, 2), cross(2, 1), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome] == [NotNow]


async def test_a_transaction_is_taken_back_when_it_fails(database: Database) -> None:
    """An exception of ours passes through, and nothing stays."""

    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute("insert into claims values ('\\x01', gen_random_uuid())")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await database.fetch("select 1 from claims where hash = '\\x01'", []) == []


async def test_an_unreachable_database_is_told_at_the_start() -> None:
    """Connecting raises what the driver raises."""
    with pytest.raises(ConnectionRefusedError):
        await Database.connect("postgresql://nobody@127.0.0.1:1/none", size=1, waits=Waits())
