"""Seeding: the shipped roles, published by the release as their first and further versions.

Takes a connection of the owner. A role that somebody has published or retired since is theirs.
"""

from typing import Final

import asyncpg

from app.core.clock import now
from app.features.staff.demo import ROLES
from app.features.staff.roles import SHIPPED, ShippedRole
from app.features.staff.seeding import COUNT_UP

PUT_ROLE: Final = (
    "insert into roles (code, en, zh, scopes, version) values ($1, $2, $3, $4, $5) "
    "on conflict (code) do update set en = $2, zh = $3, scopes = $4, version = $5"
)
PUT_VERSION: Final = (
    "insert into role_versions (code, en, zh, scopes, version, published_at) "
    "values ($1, $2, $3, $4, $5, $6)"
)
NEWEST: Final = (
    "select roles.retired_at, v.version, v.en, v.zh, v.scopes, v.published_by from roles "
    "left join role_versions v on v.code = roles.code and v.version = roles.version "
    "where roles.code = $1"
)


async def ensure_shipped_roles(connection: asyncpg.Connection) -> None:
    """Add what is missing of the shipped roles, and publish anew what this release has changed."""
    async with connection.transaction():
        await connection.execute(COUNT_UP)  # first, as whoever changes the staff does
        for role in SHIPPED:
            found = await connection.fetchrow(NEWEST, role.code)
            if found is None or (_is_ours(found) and _differs(found, role)):
                await _publish(connection, role, (found["version"] or 0) + 1 if found else 1)


async def ensure_demo_roles(connection: asyncpg.Connection) -> None:
    """Add what is missing of the roles of the demo staff; what became of them since stays."""
    async with connection.transaction():
        await connection.execute(COUNT_UP)
        for role in ROLES:
            if await connection.fetchrow(NEWEST, role.code) is None:
                await _publish(connection, role, 1)


async def _publish(connection: asyncpg.Connection, role: ShippedRole, version: int) -> None:
    values = (role.code, role.en, role.zh, role.scopes(), version)
    await connection.execute(PUT_ROLE, *values)
    await connection.execute(PUT_VERSION, *values, now())


def _is_ours(found: asyncpg.Record) -> bool:
    """Whether the release published what is in force; before there were versions it always did."""
    return found["retired_at"] is None and found["published_by"] is None


def _differs(found: asyncpg.Record, role: ShippedRole) -> bool:
    held = (found["en"], found["zh"], found["scopes"])
    return held != (role.en, role.zh, role.scopes())
