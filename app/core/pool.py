"""The pool: connections lent out one at a time, made when needed, dropped when in doubt.

The driver's own pool starts a task to take a connection within a time and another to give it back:
a tenth of what reading one customer costs. This one does neither, and keeps no doubtful connection.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final

import asyncpg

BROKEN: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

Connect = Callable[[], Awaitable[asyncpg.Connection]]
Waiting = asyncio.Future[asyncpg.Connection | None]


class Pool:
    """At most `size` connections; whoever waits longest is served first."""

    def __init__(self, connect: Connect, size: int) -> None:
        self._connect = connect
        self._room = size
        self._free: list[asyncpg.Connection] = []
        self._waiting: deque[Waiting] = deque()
        self._is_closed = False

    async def fill(self, count: int) -> None:
        """Make the first connections; raises what the driver raises."""
        made = [await self._made() for _ in range(count)]
        for connection in made:
            self.give_back(connection)

    async def take(self, seconds: float) -> asyncpg.Connection:
        """Return a free connection, a new one, or the next given back.

        Raises TimeoutError, and CannotConnectNowError whatever a server has against a new one.
        """
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
            self._room += 1
        while not self._room:
            if (given := await self._next(seconds)) is not None:
                return given
        try:
            return await self._made()
        except asyncpg.PostgresError as refused:
            raise asyncpg.CannotConnectNowError("no new connection") from refused

    def give_back(self, connection: asyncpg.Connection) -> None:
        """Take a connection back, or the room of one that has ended."""
        if self._is_closed:
            connection.terminate()
        if connection.is_closed():
            self._leave_room()
        elif (waiting := self._first()) is not None:
            waiting.set_result(connection)
        else:
            self._free.append(connection)

    async def close(self, seconds: float) -> None:
        """End the free connections, by force when they take too long, and lend no more."""
        self._is_closed = True
        closing = [connection.close(timeout=seconds) for connection in self._free]
        self._free.clear()
        await asyncio.gather(*closing, return_exceptions=True)

    async def _made(self) -> asyncpg.Connection:
        if self._is_closed:
            raise asyncpg.InterfaceError("the pool is closed")
        self._room -= 1
        try:
            return await self._connect()
        except BaseException:
            self._leave_room()
            raise

    async def _next(self, seconds: float) -> asyncpg.Connection | None:
        """Wait for a connection, or for room to make one; a timer is cheaper than a timeout."""
        loop = asyncio.get_running_loop()
        waiting: Waiting = loop.create_future()
        self._waiting.append(waiting)
        timer = loop.call_later(seconds, _give_up, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            self._pass_on(waiting)
            raise
        finally:
            timer.cancel()

    def _pass_on(self, waiting: Waiting) -> None:
        """Give to the next what came too late for the one who waited."""
        if not waiting.cancelled() and waiting.exception() is None:
            connection = waiting.result()
            if connection is None:
                self._wake_for_room()
            else:
                self.give_back(connection)

    def _leave_room(self) -> None:
        self._room += 1
        self._wake_for_room()

    def _wake_for_room(self) -> None:
        if (waiting := self._first()) is not None:
            waiting.set_result(None)

    def _first(self) -> Waiting | None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                return waiting
        return None


def _give_up(waiting: Waiting) -> None:
    if not waiting.done():
        waiting.set_exception(TimeoutError("no connection became free"))


class Lent:
    """A connection for the length of a block; one whose last word is unknown is dropped."""

    __slots__ = ("_connection", "_pool", "_seconds")

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def __aenter__(self) -> asyncpg.Connection:
        self._connection = await self._pool.take(self._seconds)
        return self._connection

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        connection = self._connection
        if error is not None and _is_doubtful(error):
            connection.terminate()
        self._pool.give_back(connection)


@asynccontextmanager
async def begun(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Hold a transaction, or a savepoint in one.

    After an end in doubt nothing is asked of the server, which might not answer: the connection is
    dropped, and the transaction with it.
    """
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException as error:
        if not _is_doubtful(error):
            await transaction.rollback()
        raise
    await transaction.commit()


def _is_doubtful(error: BaseException) -> bool:
    """Whether a statement may still be running, or the protocol be out of step."""
    return not isinstance(error, Exception) or isinstance(error, BROKEN)
