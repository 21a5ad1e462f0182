"""Migrating: the schema to its newest revision, privileges as declared, partitions ahead."""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core import privileges
from app.core.clock import now
from app.core.partitions import ensure_partitions

ROOT: Final = Path(__file__).resolve().parents[2]


def alembic_config(url: str | None = None) -> Config:
    """Return Alembic's configuration, bound to a database when given one."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """Return the revision that the code expects."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return head or ""


async def migrate(owner_url: str) -> None:
    """Bring a database to the newest revision, as its owner."""
    await asyncio.to_thread(command.upgrade, alembic_config(owner_url), "head")
    connection = await asyncpg.connect(owner_url)
    try:
        await privileges.apply(connection)
        await ensure_partitions(connection, today=now().date())
    finally:
        await connection.close()


async def current_revision(connection: asyncpg.Connection) -> str | None:
    """Return the revision of the database, or None when it has never been migrated."""
    if await connection.fetchval("select to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("select version_num from alembic_version")
    return revision
