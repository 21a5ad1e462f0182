"""Partitions: each month has one ahead of time, and nobody but the owner has a right to it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app.core.clock import now
from app.core.partitions import ensure_partitions, months_ahead, months_from, partition_sql
from tests.core.trail import Trail, Urls

TODAY = date(2031, 12, 31)


@pytest.fixture
async def owner(database_urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """Provide the owner's connection, whose changes are taken back."""
    connection = await asyncpg.connect(database_urls.owner)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


def test_months_begin_with_the_one_before() -> None:
    """A clock that is set back finds a place for its lines, and years end where they should."""
    months = months_from(TODAY, 2)

    assert [f"{month:%Y-%m-%d}" for month in months] == [
        "2031-11-01",
        "2031-12-01",
        "2032-01-01",
        "2032-02-01",
    ]


def test_a_partition_covers_its_month_in_utc() -> None:
    """The statement names the month, and grants nothing."""
    assert partition_sql(date(2031, 12, 1)) == (
        "create table if not exists audit_lines_2031_12 partition of audit_lines "
        "for values from ('2031-12-01 00:00:00+00') to ('2032-01-01 00:00:00+00')"
    )


async def test_missing_partitions_are_made_once(owner: asyncpg.Connection) -> None:
    """Making them again makes nothing."""
    first = await ensure_partitions(owner, TODAY, months=2)
    again = await ensure_partitions(owner, TODAY, months=2)

    assert (len(first), again) == (4, [])


async def test_months_ahead_count_to_the_first_gap(owner: asyncpg.Connection) -> None:
    """A month without a place is where the count ends, and none at all is less than nothing."""
    await ensure_partitions(owner, TODAY, months=3)
    await owner.execute("drop table audit_lines_2032_03")

    assert await months_ahead(owner, TODAY) == 2
    assert await months_ahead(owner, date(2041, 1, 1)) == -1


async def test_a_migrated_database_has_months_ahead(trail: Trail) -> None:
    """The app role can tell, for `cims doctor`."""
    async with trail.database.connection() as connection:
        assert await months_ahead(connection) >= 2


async def test_lines_find_their_place_at_the_turn_of_a_month(trail: Trail) -> None:
    """The first moment of a month and the last one of the month before are both written."""
    turn = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    await trail.write(at=turn)
    await trail.write(at=turn - timedelta(microseconds=1))
    await trail.write(at=datetime.now(UTC) + timedelta(days=31))

    assert (await trail.verify()).lines == 3


async def test_no_partition_can_be_reached_past_the_parent(trail: Trail) -> None:
    """The serving roles have no right to any partition itself."""
    names = await trail.root.fetch(
        "select inhrelid::regclass::text as name from pg_inherits "
        "where inhparent = 'audit_lines'::regclass"
    )
    rights = [
        await trail.root.fetchval(
            "select bool_or(has_table_privilege(role, $1, 'SELECT, INSERT, UPDATE, DELETE, "
            "TRUNCATE')) from unnest(array['cims_app', 'cims_auditor']) as role",
            name["name"],
        )
        for name in names
    ]

    assert rights == [False] * len(names)
    assert names
