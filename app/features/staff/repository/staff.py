"""The staff in the database: read whole into a snapshot."""

from typing import Final

import asyncpg
from sqlalchemy import func, select

from app.core.access import ActorKind
from app.core.database import Database
from app.core.emergency import EMERGENCY_ACCESSES, Emergency
from app.core.lending import SHARING_GRANTS
from app.core.statements import Statement, compile_statement
from app.features.staff.models import (
    DEPARTMENTS,
    MEMBERSHIPS,
    ROLES,
    STAFF_EPOCH,
    USERS,
    UserStatus,
)
from app.features.staff.snapshot import Department, Role, Snapshot, User

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
_DEPARTMENT_COLUMNS: Final = (
    DEPARTMENTS.c.department_id,
    DEPARTMENTS.c.name,
    DEPARTMENTS.c.name_zh,
    DEPARTMENTS.c.parent_id,
    DEPARTMENTS.c.code,
    DEPARTMENTS.c.manager_id,
)
EPOCH: Final = compile_statement(select(STAFF_EPOCH.c.epoch))
ALL_USERS: Final = compile_statement(select(*_USER_COLUMNS))
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
    )


async def _all(database: Database, statement: Statement) -> list[asyncpg.Record]:
    return await database.fetch(statement.sql, statement.args({}))


def _user(row: asyncpg.Record) -> User:
    user_id, username, display_name, kind, status, department_id, roles, further = row
    return User(
        user_id,
        username,
        display_name,
        ActorKind(kind),
        UserStatus(status),
        department_id,
        tuple(roles),
        tuple(further),
    )


def _role(row: asyncpg.Record) -> Role:
    return Role(row["code"], row["en"], row["zh"], frozenset(row["scopes"]))
