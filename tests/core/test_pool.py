"""The pool lends, waits, and keeps no connection whose last word is unknown."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.database import Database, Waits
from app.core.pool import Lent, Pool, begun
from app.core.problems import NotFound, NotNow
from tests.conftest import DatabaseUrls


class FakeConnection:
    """A connection of the driver, without a server."""

    def __init__(self) -> None:
        self.ended = False

    def is_closed(self) -> bool:
        """Whether it has ended."""
        return self.ended

    def terminate(self) -> None:
        """End at once."""
        self.ended = True

    async def close(self, **_how: float) -> None:
        """End in order."""
        self.ended = True


class Server:
    """What the pool connects to; refuses as often as it is told to."""

    def __init__(self) -> None:
        self.made: list[FakeConnection] = []
        self.refusals = 0
        self.refusal: Exception = ConnectionRefusedError()

    async def connect(self) -> asyncpg.Connection:
        """Make a connection."""
        await asyncio.sleep(0)
        if self.refusals:
            self.refusals -= 1
            raise self.refusal
        self.made.append(FakeConnection())
        return self.made[-1]  # type: ignore[return-value]  # stands in for the driver's


@pytest.fixture
def server() -> Server:
    """A server that takes connections."""
    return Server()


@pytest.fixture
def pool(server: Server) -> Pool:
    """A pool of two."""
    return Pool(server.connect, 2)


@pytest.mark.parametrize(
    "refusal",
    [
        asyncpg.ObjectNotInPrerequisiteStateError("not accepting connections"),
        asyncpg.InvalidCatalogNameError("no such database"),
        asyncpg.InvalidPasswordError("changed meanwhile"),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
async def test_a_server_that_lets_nobody_in_is_not_there(
    server: Server, pool: Pool, refusal: Exception
) -> None:
    """Whatever it has against a new connection: for those who wait it is one answer, not now."""
    server.refusals, server.refusal = 1, refusal

    with pytest.raises(NotNow):
        await Database(pool, Waits()).fetch("select 1", [])
    async with Lent(pool, 1) as connection:
        assert not connection.is_closed()


async def test_what_is_given_back_is_lent_again(server: Server, pool: Pool) -> None:
    """No connection is made while one is free."""
    first = await pool.take(1)
    pool.give_back(first)

    assert await pool.take(1) is first
    assert len(server.made) == 1


async def test_filling_makes_the_first_connections(server: Server, pool: Pool) -> None:
    """What is made at the start is free."""
    await pool.fill(2)

    await asyncio.gather(pool.take(1), pool.take(1))
    assert len(server.made) == 2


async def test_who_comes_too_late_waits_in_line(pool: Pool) -> None:
    """A connection given back goes to whoever waits longest."""
    one, _ = await pool.take(1), await pool.take(1)
    earlier, later = asyncio.create_task(pool.take(1)), asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    pool.give_back(one)

    assert await earlier is one
    assert not later.done()
    later.cancel()


async def test_waiting_ends(pool: Pool) -> None:
    """Nobody waits longer than told."""
    await pool.take(1), await pool.take(1)

    with pytest.raises(TimeoutError):
        await pool.take(0.01)


async def test_an_ended_connection_is_replaced(server: Server, pool: Pool) -> None:
    """What ended while it was free is not lent."""
    first = await pool.take(1)
    pool.give_back(first)
    first.terminate()

    assert await pool.take(1) is not first
    assert len(server.made) == 2


async def test_room_goes_to_who_waits(server: Server, pool: Pool) -> None:
    """When a lent connection has ended, the next in line makes a new one."""
    one, _ = await pool.take(1), await pool.take(1)
    waiting = asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    one.terminate()
    pool.give_back(one)

    assert not (await waiting).is_closed()
    assert len(server.made) == 3


async def test_a_refused_connection_leaves_room(server: Server, pool: Pool) -> None:
    """A server that refuses takes no place away."""
    server.refusals = 3
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await pool.take(1)

    await asyncio.gather(pool.take(1), pool.take(1))


@pytest.mark.parametrize("has_ended", [False, True])
async def test_what_comes_too_late_is_passed_on(
    server: Server, pool: Pool, *, has_ended: bool
) -> None:
    """Someone who gives up while being served takes nothing along."""
    one, two = await pool.take(1), await pool.take(1)
    gone = asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    if has_ended:
        one.terminate()
    pool.give_back(one)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    found = await pool.take(0.1)
    assert (found is one) is not has_ended
    assert found is not two


async def test_giving_up_leaves_the_line(pool: Pool) -> None:
    """Someone who gave up before is not served."""
    one, _ = await pool.take(1), await pool.take(1)
    gone = asyncio.create_task(pool.take(1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    pool.give_back(one)

    assert await pool.take(0.1) is one


async def test_a_closed_pool_lends_no_more(server: Server, pool: Pool) -> None:
    """Free connections end at once, lent ones when they come back."""
    lent, free = await pool.take(1), await pool.take(1)
    pool.give_back(free)
    await pool.close(1)
    pool.give_back(lent)

    assert all(connection.ended for connection in server.made)
    with pytest.raises(asyncpg.InterfaceError):
        await pool.take(1)


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [
        (NotFound(), True),
        (asyncpg.UniqueViolationError(), True),
        (asyncio.CancelledError(), False),
        (TimeoutError(), False),
        (asyncpg.InterfaceError("out of step"), False),
        (ConnectionResetError(), False),
    ],
)
async def test_a_doubtful_connection_is_dropped(
    server: Server, pool: Pool, error: BaseException, *, is_kept: bool
) -> None:
    """After a cancelled or broken statement its connection serves nobody else."""
    with pytest.raises(type(error)):
        async with Lent(pool, 1):
            raise error

    assert server.made[0].ended is not is_kept


@pytest.fixture
async def database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """One connection to a real server."""
    opened = await Database.connect(database_urls.app, size=1, waits=Waits(connection=0.2))
    yield opened
    await opened.close()


async def _names(database: Database) -> list[str]:
    rows = await database.fetch("select name from key_checks where name like 'pool %'", [])
    return [row["name"] for row in rows]


async def _note(connection: asyncpg.Connection, name: str) -> None:
    await connection.execute("insert into key_checks values ($1, '')", f"pool {name}")


async def _refused(database: Database) -> None:
    async with database.transaction() as connection:
        await _note(connection, "refused")
        raise NotFound


async def _taken_back(connection: asyncpg.Connection) -> None:
    async with begun(connection):
        await _note(connection, "taken back")
        raise NotFound


async def _too_long(database: Database) -> None:
    async with asyncio.timeout(0.1), database.transaction() as connection:
        await _note(connection, "late")
        await connection.execute("select pg_sleep(5)")


async def test_a_transaction_ends_with_its_block(database: Database) -> None:
    """What a block did stands when it ends well, and not when it refuses."""
    with pytest.raises(NotFound):
        await _refused(database)
    async with database.transaction() as connection:
        await _note(connection, "kept")
        with pytest.raises(NotFound):
            await _taken_back(connection)

    assert await _names(database) == ["pool kept"]


async def test_an_end_in_doubt_takes_the_transaction_along(database: Database) -> None:
    """A request that runs out of time leaves neither its change nor its connection."""
    with pytest.raises(TimeoutError):
        await _too_long(database)

    assert "pool late" not in await _names(database)


async def test_no_free_connection_is_not_now(database: Database) -> None:
    """Whoever waits too long for a connection is told so."""
    async with database.connection():
        with pytest.raises(NotNow):
            await database.fetch("select 1", [])
