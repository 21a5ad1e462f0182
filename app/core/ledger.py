"""The ledger: audit lines of concurrent requests, written together before any answer leaves."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from app.core.audit import WRITTEN, insert_many_sql
from app.core.database import UNREACHABLE, Waits, prepare
from app.core.problems import NotNow

AT_ONCE: Final = 256
ROOM: Final = 4096
RETRY_PAUSE: Final = 0.2

Row = Sequence[Any]


class Ledger:
    """Writes lines in groups on a connection of its own; bounded, and closed when full."""

    def __init__(self, url: str, waits: Waits) -> None:
        self._url = url
        self._waits = waits
        self._waiting: deque[tuple[Row, asyncio.Future[bool]]] = deque()
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Connect and begin to write; raises what the driver raises."""
        await self._connect()
        self._task = asyncio.create_task(self._run(), name="ledger")

    async def close(self) -> None:
        """Write what is waiting, then stop."""
        self._closing = True
        self._wake.set()
        if self._task:
            await asyncio.wait([self._task], timeout=5)
            self._task.cancel()
        if self._connection:
            self._connection.terminate()

    async def write(self, row: Row) -> None:
        """Return once the line is durable; raises NotNow when it cannot be made so."""
        if len(self._waiting) >= ROOM or self._closing:
            raise NotNow
        durable: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, durable))
        self._wake.set()
        if not await durable:
            raise NotNow

    async def probe(self) -> bool:
        """Whether lines can be written, tried by writing none; the readiness check asks."""
        try:
            await self.write(())
        except NotNow:
            return False
        return True

    async def _run(self) -> None:
        while not (self._closing and not self._waiting):
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            size = min(AT_ONCE, len(self._waiting))
            await self._settle([self._waiting.popleft() for _ in range(size)])

    async def _settle(self, batch: list[tuple[Row, asyncio.Future[bool]]]) -> None:
        """Write a batch; a batch refused for one line's sake is tried line by line."""
        batch = [entry for entry in batch if not entry[1].cancelled()]
        if not batch:
            return
        try:
            await self._insert([row for row, _ in batch if row])
        except (*UNREACHABLE, TimeoutError):
            _refuse(batch)
            await self._reconnect_if_lost()
        except asyncpg.PostgresError:
            await self._one_by_one(batch)
        else:
            _confirm(batch)

    async def _one_by_one(self, batch: list[tuple[Row, asyncio.Future[bool]]]) -> None:
        for entry in batch:
            try:
                await self._insert([entry[0]] if entry[0] else [])
            except (asyncpg.PostgresError, *UNREACHABLE, TimeoutError):
                _refuse([entry])
            else:
                _confirm([entry])

    async def _insert(self, rows: list[Row]) -> None:
        if self._connection is None or self._connection.is_closed():
            await self._connect()
        columns = [[row[place] for row in rows] for place in range(len(WRITTEN))]
        assert self._connection is not None  # noqa: S101 - _connect() has just set it
        await self._connection.execute(INSERT, *columns, timeout=self._waits.statement)

    async def _connect(self) -> None:
        settings = {**self._waits.server_settings(), "application_name": "cims ledger"}
        self._connection = await asyncpg.connect(self._url, server_settings=settings, timeout=2)
        await prepare(self._connection)

    async def _reconnect_if_lost(self) -> None:
        """Drop a doubtful connection, and wait a little before the next try."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
        await asyncio.sleep(RETRY_PAUSE)


INSERT: Final = insert_many_sql()


def _confirm(batch: list[tuple[Row, asyncio.Future[bool]]]) -> None:
    for _, durable in batch:
        if not durable.done():
            durable.set_result(True)


def _refuse(batch: list[tuple[Row, asyncio.Future[bool]]]) -> None:
    for _, durable in batch:
        if not durable.done():
            durable.set_result(False)
