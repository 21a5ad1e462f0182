"""Single connections of the administrator, with limits on every wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from app.postgres.refusals import PostgresInterruptedError, PostgresUnavailableError

_CONNECT_SECONDS, _STATEMENT_SECONDS = 10, 60
_INTERRUPTIONS = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)


@asynccontextmanager
async def session(address: str, database: str | None = None) -> AsyncIterator[asyncpg.Connection]:
    """Open one connection, to another database than the address says if so told, and close it."""
    try:
        async with _connected(address, database) as connection:
            yield connection
    except asyncpg.InvalidAuthorizationSpecificationError as fault:
        raise PostgresUnavailableError(
            "PostgreSQL refuses the password: it is not the one its data were made with."
        ) from fault
    except _INTERRUPTIONS as fault:
        raise PostgresInterruptedError(f"PostgreSQL does not answer: {fault}.") from fault


@asynccontextmanager
async def _connected(address: str, database: str | None) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        address, database=database, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS
    )
    try:
        yield connection
    finally:
        with suppress(*_INTERRUPTIONS):  # gone already is closed too
            await connection.close(timeout=_CONNECT_SECONDS)
