"""The databases of a cluster: made, copied, dropped, and closed to all but our roles."""

import re
from contextlib import suppress

import asyncpg

from app.postgres.sessions import session

LOCK = 0x43494D53  # "CIMS", an advisory lock of the running transaction
_MADE_MEANWHILE = (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError)
_BUILTIN_LOCALE_SINCE = 17
_FENCE = """
    ALTER DATABASE {0} OWNER TO cims_owner;
    REVOKE ALL ON DATABASE {0} FROM PUBLIC, cims_app, cims_auditor;
    GRANT CONNECT ON DATABASE {0} TO cims_app, cims_auditor;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, cims_app, cims_auditor;
"""


async def create(administrator: str, name: str, template: str | None = None) -> None:
    """Make a database of the owner's, empty or as a copy of another one."""
    async with session(administrator) as admin:
        await _make(admin, name, template)
    await fence(administrator, name)


async def ensure(administrator: str, name: str) -> None:
    """Make the database unless it is there, even when others try at the same time."""
    async with session(administrator) as admin:
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            with suppress(*_MADE_MEANWHILE):
                await _make(admin, name, None)
    await fence(administrator, name)


async def drop(administrator: str, name: str) -> None:
    """Drop a database, sessions in it included."""
    async with session(administrator) as admin:
        await admin.execute(f"DROP DATABASE IF EXISTS {_plain(name)} WITH (FORCE)")


async def fence(administrator: str, name: str) -> None:
    """Leave connecting to the two serving roles, and creating to the owner."""
    async with session(administrator, name) as admin, admin.transaction():
        await admin.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await admin.execute(_FENCE.format(_plain(name)))


async def close_to_public(administrator: str, *names: str) -> None:
    """Keep everybody but superusers out of the databases that came with the cluster."""
    async with session(administrator) as admin:
        for name in names:
            await admin.execute(f"REVOKE ALL ON DATABASE {_plain(name)} FROM PUBLIC")


async def _make(admin: asyncpg.Connection, name: str, template: str | None) -> None:
    """Copy files rather than log each page; an empty database never takes the machine's locale."""
    if template is not None:
        source = f"{_plain(template)} STRATEGY FILE_COPY"
    elif admin.get_server_version().major >= _BUILTIN_LOCALE_SINCE:
        source = "template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        source += " LOCALE 'C'"
    else:
        source = "template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
    await admin.execute(f"CREATE DATABASE {_plain(name)} OWNER cims_owner TEMPLATE {source}")


def _plain(name: str) -> str:
    """Let only names that need no quoting into a statement."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name
