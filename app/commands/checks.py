"""Checks before serving, and `cims doctor`, which prints them all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import asyncpg
import typer

from app.commands.surroundings import (
    StartRefusedError,
    console,
    database_urls,
    one_sentence,
    settings_and_home,
)
from app.core import keys, migrating
from app.core.clock import now
from app.core.key_files import KeysRefused
from app.core.partitions import months_ahead
from app.settings import Settings

OLDEST, NEWEST = 15, 18
ENOUGH_MONTHS: Final = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, and what to do when it is not as it must be."""

    name: str
    advice: str | None

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be done."""
        return self.advice is None


Looking = Callable[[asyncpg.Connection, Settings], Awaitable[str | None]]


async def _version(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    major = connection.get_server_version().major
    if OLDEST <= major <= NEWEST:
        return None
    return f"PostgreSQL {major} is not supported: use {OLDEST} to {NEWEST}."


async def _role(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    row = await connection.fetchrow(
        "select rolsuper or rolbypassrls as mighty, "
        "pg_has_role(current_user, (select tableowner from pg_tables where schemaname = 'public' "
        "and tablename = 'audit_lines'), 'usage') as owning from pg_roles "
        "where rolname = current_user"
    )
    if row is not None and row["mighty"]:
        return "The service must not run as a superuser: give it the URL of cims_app."
    if row is not None and row["owning"]:
        return "The service must not own its tables: give it the URL of cims_app."
    return None


async def _audit_rights(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    found = await connection.fetchval(
        "select bool_or(has_table_privilege(c.oid, 'UPDATE') or has_table_privilege(c.oid, "
        "'DELETE') or has_table_privilege(c.oid, 'TRUNCATE')) from pg_class c where c.relname "
        "like 'audit\\_%' and c.relkind in ('r', 'p')"
    )
    return "The app role may change the audit: run `cims migrate`." if found else None


async def _locale(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    row = await connection.fetchrow(
        "select pg_encoding_to_char(encoding) as encoding, length('客户') as characters "
        "from pg_database where datname = current_database()"
    )
    if row is not None and row["encoding"] == "UTF8" and row["characters"] == 2:  # noqa: PLR2004 - two characters
        return None
    return "The database must be in UTF-8 with a UTF-8 locale: create it anew with C.UTF-8."


async def _migrations(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    if await migrating.current_revision(connection) == migrating.newest_revision():
        return None
    return "The schema is not at the newest revision: run `cims migrate`."


async def _keys(connection: asyncpg.Connection, settings: Settings) -> str | None:
    try:
        await keys.verify_keys(connection, keys.load(settings.keys_folder))
    except KeysRefused as refused:
        return str(refused)
    return None


async def _durability(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    off = await connection.fetchval("select current_setting('synchronous_commit') = 'off'")
    return "synchronous_commit is off: audit lines would not be durable." if off else None


async def _partitions(connection: asyncpg.Connection, _settings: Settings) -> str | None:
    if await months_ahead(connection, now().date()) >= ENOUGH_MONTHS:
        return None
    return "Audit partitions run out soon: run `cims migrate`."


CHECKS: Final[tuple[tuple[str, Looking], ...]] = (
    ("PostgreSQL version", _version),
    ("encoding and locale", _locale),
    ("migrations", _migrations),
    ("database role", _role),
    ("rights on the audit", _audit_rights),
    ("keys", _keys),
    ("durability", _durability),
    ("audit partitions", _partitions),
)


async def look(settings: Settings, url: str) -> list[Check]:
    """Run the checks as the app role; after open migrations the others cannot be told."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError) as lost:
        return [Check("database", f"The database cannot be reached ({type(lost).__name__}).")]
    found: list[Check] = []
    try:
        for name, check in CHECKS:
            found.append(Check(name, await check(connection, settings)))
            if name == "migrations" and not found[-1].is_good:
                break
    finally:
        await connection.close()
    return found


async def require_ready(settings: Settings, url: str) -> None:
    """Refuse to start with the first thing that is not as it must be."""
    for check in await look(settings, url):
        if check.advice is not None:
            raise StartRefusedError(check.advice)


def doctor() -> None:
    """Print every check and what to do."""

    async def work() -> bool:
        settings = settings_and_home()
        async with database_urls(settings) as urls:
            found = await look(settings, urls.app)
        for check in found:
            mark = "[green]ok[/]" if check.is_good else "[red]no[/]"
            console.print(f"{mark}  {check.name}  {check.advice or ''}", highlight=False)
        return all(check.is_good for check in found)

    with one_sentence():
        if not asyncio.run(work()):
            raise typer.Exit(1)
