"""How migrations run: as the owner, one at a time, with short waits for locks."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.core.records import PLACED, metadata
from app.tables import load_all

LOCK = 7_264_001
load_all()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave partitions to the job that makes them ahead."""
    return kind != "table" or name in PLACED


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, include_name=_is_ours)
    with context.begin_transaction():
        connection.execute(text("set local lock_timeout = '5s'"))
        connection.execute(text("set local statement_timeout = '10min'"))
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


async def _connect() -> None:
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if connection := context.config.attributes.get("connection"):
    _run(connection)
else:
    asyncio.run(_connect())
