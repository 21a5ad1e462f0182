"""The staff in the database: read whole into a snapshot."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import func, select

from app.core.access import ActorKind
from app.core.database import Database
from app.core.emergency import EMERGENCY_ACCESSES, Emergency
from app.core.lending import SHARING_GRANTS
from app.core.networks import Networks
from app.core.pooling import POOL_COLUMNS, POOLS, Pool
from app.core.statements import Statement, compile_statement
from app.features.staff.models import (
    API_CLIENTS,
    DEPARTMENTS,
    MEMBERSHIPS,
    ROLES,
    STAFF_EPOCH,
    USERS,
    UserStatus,
)
from app.features.staff.snapshot import Department, Role, Snapshot, Terms, User

_USER_COLUMNS: Final = (
    USERS.c.user_id,
    USERS.c.username,
    USERS.c.display_name,
    USERS.c.kind,
    USERS.c.status,
    USERS.c.department_id,
    USERS.c.roles,
    func.array(
        select(MEMBERSHIPS.c.department_id)
        .where(MEMBERSHIPS.c.user_id == USERS.c.user_id)
        .order_by(MEMBERSHIPS.c.department_id)
        .scalar_subquery()
    ).label("further"),
)
_TERMS_COLUMNS: Final = (
    API_CLIENTS.c.expires_at,
    API_CLIENTS.c.networks,
    API_CLIENTS.c.scopes,
    API_CLIENTS.c.owner_id,
)
_DEPARTMENT_COLUMNS: Final = (
    DEPARTMENTS.c.department_id,
    DEPARTMENTS.c.name,
    DEPARTMENTS.c.name_zh,
    DEPARTMENTS.c.parent_id,
    DEPARTMENTS.c.code,
    DEPARTMENTS.c.manager_id,
)
EPOCH: Final = compile_statement(select(STAFF_EPOCH.c.epoch))
ALL_USERS: Final = compile_statement(
    select(*_USER_COLUMNS, *_TERMS_COLUMNS).select_from(
        USERS.outerjoin(API_CLIENTS, API_CLIENTS.c.api_client_id == USERS.c.user_id)
    )
)
ALL_ROLES: Final = compile_statement(
    select(ROLES.c.code, ROLES.c.en, ROLES.c.zh, ROLES.c.scopes).where(ROLES.c.retired_at.is_(None))
)
BORROWERS: Final = compile_statement(
    select(SHARING_GRANTS.c.department_id)
    .where(SHARING_GRANTS.c.ended_at.is_(None), SHARING_GRANTS.c.until > func.now())
    .distinct()
)
EMERGENCIES: Final = compile_statement(
    select(
        EMERGENCY_ACCESSES.c.user_id,
        EMERGENCY_ACCESSES.c.customer_id,
        EMERGENCY_ACCESSES.c.emergency_access_id,
        EMERGENCY_ACCESSES.c.until,
    ).where(EMERGENCY_ACCESSES.c.ended_at.is_(None), EMERGENCY_ACCESSES.c.until > func.now())
)
ALL_POOLS: Final = compile_statement(select(*POOL_COLUMNS).where(POOLS.c.ended_at.is_(None)))
ALL_DEPARTMENTS: Final = compile_statement(select(*_DEPARTMENT_COLUMNS))


async def read_epoch(database: Database) -> int:
    """Return the count of changes to the staff so far."""
    rows = await _all(database, EPOCH)
    return int(rows[0]["epoch"]) if rows else 0


async def read_staff(database: Database) -> Snapshot:
    """Read all of the staff; the epoch first, so that no change meanwhile goes unnoticed."""
    epoch = await read_epoch(database)
    return Snapshot.of(
        epoch,
        [_user(row) for row in await _all(database, ALL_USERS)],
        [_role(row) for row in await _all(database, ALL_ROLES)],
        [Department(*row) for row in await _all(database, ALL_DEPARTMENTS)],
        frozenset(row[0] for row in await _all(database, BORROWERS)),
        [(row[0], Emergency(*row[1:])) for row in await _all(database, EMERGENCIES)],
        [Pool(*row) for row in await _all(database, ALL_POOLS)],
    )


async def _all(database: Database, statement: Statement) -> list[asyncpg.Record]:
    return await database.fetch(statement.sql, statement.args({}))


def _user(row: asyncpg.Record) -> User:
    user_id, username, display_name, kind, status, department_id, roles, further, *terms = row
    return User(
        user_id,
        username,
        display_name,
        ActorKind(kind),
        UserStatus(status),
        department_id,
        tuple(roles),
        tuple(further),
        _terms(*terms) if terms[0] else None,
    )


def _terms(
    expires_at: datetime, networks: list[str], scopes: list[str] | None, owner_id: UUID | None
) -> Terms:
    return Terms(
        expires_at,
        Networks.of(networks) if networks else None,
        None if scopes is None else frozenset(scopes),
        owner_id,
    )


def _role(row: asyncpg.Record) -> Role:
    return Role(row["code"], row["en"], row["zh"], frozenset(row["scopes"]))
