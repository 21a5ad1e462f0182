"""Tests of the ledger: every line durable before it is confirmed, none confirmed otherwise."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core import ledger as module
from app.core.database import Waits
from app.core.ledger import Ledger, Row
from app.core.problems import NotNow
from tests.conftest import DatabaseUrls
from tests.core.trail import MAC_KEY, a_line

END_LEDGERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where application_name = 'cims ledger' and datname = current_database()"
)
LOCK = "lock table audit_lines in exclusive mode"


@pytest.fixture
async def ledger(database_urls: DatabaseUrls) -> AsyncIterator[Ledger]:
    """A ledger with little patience."""
    opened = Ledger(database_urls.app, Waits(statement=0.6, lock=0.3))
    await opened.start()
    yield opened
    await opened.close()


@pytest.fixture
async def root(database_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do anything."""
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


def _row(**line: object) -> Row:
    return a_line(**line).row(MAC_KEY)


async def _are_kept(root: asyncpg.Connection, *rows: Row) -> list[bool]:
    known = await root.fetch("select line_id from audit_lines")
    return [row[1] in {one["line_id"] for one in known} for row in rows]


async def test_a_confirmed_line_is_kept(ledger: Ledger, root: asyncpg.Connection) -> None:
    """Many at once are written together, each is there when its writer goes on."""
    rows = [_row() for _ in range(600)]

    await asyncio.gather(*(ledger.write(row) for row in rows))

    assert all(await _are_kept(root, *rows))


async def test_one_bad_line_refuses_itself_only(ledger: Ledger, root: asyncpg.Connection) -> None:
    """PostgreSQL takes no NUL; the lines of others that came with it are written."""
    good, bad = [_row() for _ in range(4)], _row(purpose="a\0b")

    outcomes = await asyncio.gather(
        *(ledger.write(row) for row in [*good[:2], bad, *good[2:]]), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [NotNow]
    assert isinstance(outcomes[2], NotNow)
    assert await _are_kept(root, *good, bad) == [True] * 4 + [False]


async def test_a_locked_table_refuses_in_time_and_recovers(
    ledger: Ledger, root: asyncpg.Connection
) -> None:
    """Nothing is confirmed while the audit cannot be written, and all is well again after."""
    row = _row()
    async with root.transaction():
        await root.execute(LOCK)
        with pytest.raises(NotNow):
            async with asyncio.timeout(1):
                await ledger.write(row)
        assert not await ledger.probe()

    assert await ledger.probe()
    await ledger.write(_row())
    assert await _are_kept(root, row) == [False]


async def test_a_lost_connection_is_made_anew(ledger: Ledger, root: asyncpg.Connection) -> None:
    """The line that was under way is refused at the most, the next one is written."""
    await root.execute(END_LEDGERS)

    await asyncio.gather(ledger.write(_row()), return_exceptions=True)
    row = _row()
    await ledger.write(row)

    assert await _are_kept(root, row) == [True]


async def test_a_database_that_is_gone_refuses_and_is_found_again(
    ledger: Ledger, root: asyncpg.Connection, database_urls: DatabaseUrls
) -> None:
    """As long as it takes no connection, no line is confirmed."""
    name = await root.fetchval("select current_database()")
    outside = await asyncpg.connect(database_urls.superuser, database="postgres")
    await outside.execute(f'alter database "{name}" allow_connections false')
    await root.execute(END_LEDGERS)
    outcomes = [await asyncio.gather(ledger.write(_row()), return_exceptions=True) for _ in "ab"]
    await outside.execute(f'alter database "{name}" allow_connections true')
    await outside.close()

    assert all(isinstance(outcome, NotNow) for (outcome,) in outcomes)
    row = _row()
    await ledger.write(row)
    assert await _are_kept(root, row) == [True]


async def test_a_full_ledger_takes_no_more(
    ledger: Ledger, root: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting lines are bounded: who comes too many is refused at once."""
    monkeypatch.setattr(module, "ROOM", 2)
    monkeypatch.setattr(module, "AT_ONCE", 1)
    async with root.transaction():
        await root.execute(LOCK)
        waiting = []
        for _ in range(3):
            waiting.append(asyncio.create_task(ledger.write(_row())))
            await asyncio.sleep(0.02)
        with pytest.raises(NotNow):
            async with asyncio.timeout(0.1):
                await ledger.write(_row())

    assert await asyncio.gather(*waiting) == [None] * 3


async def test_closing_writes_what_waits(
    database_urls: DatabaseUrls, root: asyncpg.Connection
) -> None:
    """Lines taken before the end are kept, none is taken after."""
    ledger = Ledger(database_urls.app, Waits())
    await ledger.start()
    rows = [_row() for _ in range(300)]

    writing = [asyncio.create_task(ledger.write(row)) for row in rows]
    await asyncio.sleep(0)
    await ledger.close()

    await asyncio.gather(*writing)
    assert all(await _are_kept(root, *rows))
    with pytest.raises(NotNow):
        await ledger.write(_row())


async def test_a_writer_that_gave_up_leaves_the_others(
    ledger: Ledger, root: asyncpg.Connection
) -> None:
    """A cancelled request is no reason to refuse or to stop."""
    given_up = asyncio.create_task(ledger.write(_row()))
    await asyncio.sleep(0)
    given_up.cancel()
    alone = asyncio.create_task(ledger.write(_row()))
    await asyncio.sleep(0)

    await alone
    row = _row()
    await ledger.write(row)
    assert await _are_kept(root, row) == [True]


@pytest.mark.parametrize("locked_seconds", [0.05, 0.5])
async def test_a_writer_that_gives_up_meanwhile_stops_nobody(
    ledger: Ledger, root: asyncpg.Connection, locked_seconds: float
) -> None:
    """Its line may be written or refused after all; there is nobody left to tell."""
    async with root.transaction():
        await root.execute(LOCK)
        giving_up = asyncio.create_task(ledger.write(_row()))
        await asyncio.sleep(0.05)
        giving_up.cancel()
        await asyncio.sleep(locked_seconds)

    row = _row()
    await ledger.write(row)
    assert await _are_kept(root, row) == [True]


async def test_a_ledger_that_never_started_closes() -> None:
    """There is nothing to wait for."""
    ledger = Ledger("postgresql://nobody@127.0.0.1:1/none", Waits())
    with pytest.raises(ConnectionRefusedError):
        await ledger.start()

    await ledger.close()
