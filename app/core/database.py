"""The database as the service sees it: pooled connections, bounded waits, lost links as 503."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import orjson

from app.core.pool import Lent, Pool, begun
from app.core.problems import NotNow

UNREACHABLE: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,
    OSError,
    EOFError,
)
WORTH_RETRYING: Final = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InvalidCachedStatementError,
)
TRIES: Final = 3
JSONB_VERSION: Final = b"\x01"
CONNECT: Final = 5.0
CLOSE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long, in seconds, a statement, a lock and a free connection may take."""

    statement: float = 2.0
    lock: float = 1.5
    connection: float = 1.8

    def server_settings(self) -> dict[str, str]:
        """Return the limits as PostgreSQL settings of the session, fixed at connect."""
        return {
            "statement_timeout": f"{int(self.statement * 1000)}",
            "lock_timeout": f"{int(self.lock * 1000)}",
            "idle_in_transaction_session_timeout": "60000",
            "application_name": "cims",
            "timezone": "UTC",
            "jit": "off",
            # A page joins few rows to others: by index, never by reading a whole table in order,
            # which the planner may prefer when it does not know the values.
            "enable_mergejoin": "off",
            "enable_hashjoin": "off",
            # Planned once a connection: by itself the server may plan a list anew each time (1 ms).
            "plan_cache_mode": "force_generic_plan",
        }


async def prepare(connection: asyncpg.Connection) -> None:
    """Teach a new connection to pass JSONB as Python values; in binary, as COPY asks for."""
    await connection.set_type_codec(
        "jsonb", encoder=_dump, decoder=_load, schema="pg_catalog", format="binary"
    )


def _dump(value: Any) -> bytes:
    return JSONB_VERSION + orjson.dumps(value, default=str)


def _load(sent: bytes) -> Any:
    return orjson.loads(sent[len(JSONB_VERSION) :])


class Database:
    """Connections from a pool; every failure to reach the database is a NotNow problem."""

    def __init__(self, pool: Pool, waits: Waits) -> None:
        self._pool = pool
        self._waits = waits

    @classmethod
    async def connect(cls, url: str, *, size: int, waits: Waits) -> "Database":
        """Open the pool; raises what the driver raises when the database is not there."""
        pool = Pool(lambda: _connect(url, waits), size)
        await pool.fill(min(2, size))
        return cls(pool, waits)

    async def close(self) -> None:
        """Close the pool, by force after five seconds."""
        await self._pool.close(CLOSE)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend a connection; a lost or unwilling database becomes NotNow."""
        try:
            async with self._lent() as connection:
                yield connection
        except UNREACHABLE as lost:
            raise NotNow from lost

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend a connection in a transaction; one that must give way to another is a NotNow."""
        try:
            async with self.connection() as connection, begun(connection):
                yield connection
        except WORTH_RETRYING as given_way:
            raise NotNow from given_way

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[asyncpg.Record]:
        """Run one autocommit statement; retries what PostgreSQL asks to have retried."""
        for attempt in range(1, TRIES + 1):
            try:
                async with self._lent() as connection:
                    return await connection.fetch(sql, *args)
            except UNREACHABLE as lost:
                raise NotNow from lost
            except WORTH_RETRYING:
                await asyncio.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 - jitter
        raise NotNow

    def _lent(self) -> Lent:
        return Lent(self._pool, self._waits.connection)


async def _connect(url: str, waits: Waits) -> asyncpg.Connection:
    connection = await asyncpg.connect(
        url,
        statement_cache_size=512,
        max_cached_statement_lifetime=0,
        server_settings=waits.server_settings(),
        timeout=CONNECT,
    )
    await prepare(connection)
    return connection
