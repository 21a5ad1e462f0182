"""The three roles CIMS works with, made or put right together with their database."""

from collections.abc import Mapping

import asyncpg

from app.postgres import databases
from app.postgres.addresses import DATABASE, Role
from app.postgres.passwords import verifier
from app.postgres.sessions import session

WORKING = (Role.OWNER, Role.APP, Role.AUDITOR)
_ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_ASTRAY = """
    SELECT rolname FROM pg_roles
    WHERE rolname = any($1) AND (NOT rolcanlogin OR rolsuper OR rolbypassrls OR rolcreatedb
                                 OR rolcreaterole OR rolreplication)
"""
_MEMBERS_OF_OWNER = """
    SELECT member::regrole::text FROM pg_auth_members
    WHERE roleid = 'cims_owner'::regrole AND member::regrole::text = any($1)
"""


async def prepare(
    administrator: str, passwords: Mapping[Role, str], database: str = DATABASE
) -> None:
    """Make or put right roles and database of a cluster; may run again and at the same time.

    `administrator` is the address of a role that may create roles and databases, in any database
    but `database`; it need not be a superuser. The passwords are ASCII.
    """
    async with session(administrator) as admin, admin.transaction():
        await admin.execute("SELECT pg_advisory_xact_lock($1)", databases.LOCK)
        await _make_with_passwords(admin, passwords)
        await _put_right(admin)
        if not await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
            await admin.execute("GRANT cims_owner TO CURRENT_USER")  # to make its database
    await databases.ensure(administrator, database)


async def _make_with_passwords(admin: asyncpg.Connection, passwords: Mapping[Role, str]) -> None:
    there = {row[0] for row in await admin.fetch("SELECT rolname FROM pg_roles")}
    for role in WORKING:
        if role not in there:
            await admin.execute(f"CREATE ROLE {role} LOGIN")
        await admin.execute(f"ALTER ROLE {role} PASSWORD '{verifier(passwords[role])}'")


async def _put_right(admin: asyncpg.Connection) -> None:
    for row in await admin.fetch(_ASTRAY, list(WORKING)):
        await admin.execute(f"ALTER ROLE {row[0]} {_ATTRIBUTES}")
    for row in await admin.fetch(_MEMBERS_OF_OWNER, [Role.APP, Role.AUDITOR]):
        await admin.execute(f"REVOKE cims_owner FROM {row[0]}")
