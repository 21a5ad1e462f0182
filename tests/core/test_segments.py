"""Sealing in the database: what a segment covers, how large it grows, and who may make one."""

import asyncpg
import pytest

from app.core import segments
from app.core.segments import LOCK, WAIT_FOR_LOCK, ChainOutOfStepError, seal_next, tip_of
from app.core.work import INSERT_LINE
from tests.core.trail import MAC_KEY, Trail, a_line


async def sizes(trail: Trail) -> list[int]:
    """Return how many lines each segment has."""
    rows = await trail.root.fetch("select line_count from audit_segments order by segment_no")
    return [row[0] for row in rows]


async def test_nothing_new_makes_no_segment(trail: Trail) -> None:
    """Empty ranges are left to the next segment, which starts where the last one ended."""
    await trail.seal(1)
    await trail.root.execute("select pg_current_xact_id()")

    async with trail.database.connection() as connection:
        is_sealed = await seal_next(connection, trail.key)
    await trail.seal(2)

    ranges = await trail.root.fetch("select from_xid, to_xid from audit_segments order by 1")
    assert is_sealed is False
    assert await sizes(trail) == [1, 2]
    assert ranges[1]["from_xid"] == ranges[0]["to_xid"]


async def test_a_large_backlog_is_sealed_in_pieces(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No segment grows beyond the limit, and none of the lines is left out."""
    monkeypatch.setattr(segments, "MOST_LINES", 4)
    await trail.seal(10)

    report = await trail.verify()

    assert await sizes(trail) == [4, 4, 2]
    assert (report.ok, report.lines, report.unsealed) == (True, 10, 0)


async def test_a_transaction_is_never_split(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction with more lines than the limit is one segment."""
    monkeypatch.setattr(segments, "MOST_LINES", 4)
    await trail.write(2)
    async with trail.database.connection() as connection, connection.transaction():
        for _ in range(6):
            await connection.execute(INSERT_LINE, *a_line().row(MAC_KEY))
    await trail.seal(1)

    assert await sizes(trail) == [2, 6, 1]
    assert (await trail.verify()).ok


async def test_only_one_process_seals_at_a_time(trail: Trail) -> None:
    """Whoever does not get the lock leaves the work to the one who has it."""
    await trail.write()
    async with trail.root.transaction():
        await trail.root.execute("select pg_advisory_xact_lock($1)", LOCK)
        async with trail.database.connection() as connection:
            is_sealed = await seal_next(connection, trail.key)
            with pytest.raises(asyncpg.LockNotAvailableError):
                await seal_next(connection, trail.key, lock=WAIT_FOR_LOCK)

    assert is_sealed is False
    assert await sizes(trail) == []


async def test_transaction_ids_that_began_anew_are_noticed(trail: Trail) -> None:
    """In a restored dump new lines would seem sealed long ago; sealing stops instead."""
    await trail.seal()
    await trail.tamper("update audit_segments set to_xid = to_xid + 1000000")

    async with trail.database.connection() as connection:
        with pytest.raises(ChainOutOfStepError, match="transaction-ids-behind"):
            await seal_next(connection, trail.key)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_segments set line_count = 0",
        "delete from audit_segments",
        "truncate audit_segments",
        "drop table audit_segments",
    ],
)
async def test_the_app_role_can_only_add(trail: Trail, statement: str) -> None:
    """A segment once made is out of the service's hands."""
    await trail.seal()

    async with trail.database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_the_tip_is_where_the_chain_ends(trail: Trail) -> None:
    """An empty chain ends before its first segment."""
    async with trail.database.connection() as connection:
        before = await tip_of(connection)
        await trail.seal()
        after = await tip_of(connection)

    assert (before.segment_no, before.to_xid) == (0, 0)
    assert after.segment_no == 1
    assert after.to_xid > 0
