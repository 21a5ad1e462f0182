"""The staff in the database: read whole into a snapshot, and one user's credentials at sign-in."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Text, Uuid, bindparam, select, update

from app.core.access import ActorKind
from app.core.clock import now
from app.core.database import Database
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.staff.models import (
    CREDENTIALS,
    DEPARTMENTS,
    ROLES,
    STAFF_EPOCH,
    USERS,
    UserStatus,
)
from app.features.staff.schemas import is_username
from app.features.staff.snapshot import Department, Role, Snapshot, User

_USER_COLUMNS: Final = (
    USERS.c.user_id,
    USERS.c.username,
    USERS.c.display_name,
    USERS.c.kind,
    USERS.c.status,
    USERS.c.department_id,
    USERS.c.roles,
)
_DEPARTMENT_COLUMNS: Final = (
    DEPARTMENTS.c.department_id,
    DEPARTMENTS.c.name,
    DEPARTMENTS.c.name_zh,
    DEPARTMENTS.c.parent_id,
)
EPOCH: Final = compile_statement(select(STAFF_EPOCH.c.epoch))
ALL_USERS: Final = compile_statement(select(*_USER_COLUMNS))
ALL_ROLES: Final = compile_statement(select(ROLES.c.code, ROLES.c.en, ROLES.c.zh, ROLES.c.scopes))
ALL_DEPARTMENTS: Final = compile_statement(select(*_DEPARTMENT_COLUMNS))
LOGIN: Final = compile_statement(
    select(USERS.c.user_id, USERS.c.kind, USERS.c.status, CREDENTIALS.c.password_digest)
    .select_from(USERS.join(CREDENTIALS, CREDENTIALS.c.user_id == USERS.c.user_id))
    .where(USERS.c.username == bindparam("username", type_=Text))
)
RENEW: Final = compile_statement(
    update(CREDENTIALS)
    .where(
        CREDENTIALS.c.user_id == bindparam("of_user", type_=Uuid),
        CREDENTIALS.c.password_digest == bindparam("was", type_=Text),
    )
    .values(
        password_digest=bindparam("digest", type_=Text),
        changed_at=bindparam("at", type_=DateTime(timezone=True)),
    )
)


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
    )


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """What signing in needs to know of a user."""

    user_id: UUID
    kind: ActorKind
    status: UserStatus
    password_digest: str


class StaffRepository:
    """One user's credentials, for the length of a request."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def login(self, username: str) -> Login | None:
        """Return the credentials of a user by name, if there is one."""
        findable = username if is_username(username) else ""
        rows = await self._work.fetch(LOGIN, {"username": findable})
        return _login(rows[0]) if rows else None

    async def renew(self, login: Login, digest: str) -> None:
        """Put a stronger digest of the same password in the old one's place, with the line."""
        params = {"of_user": login.user_id, "was": login.password_digest, "digest": digest}
        self._work.line.changed["password_digest"] = None
        async with self._work.changing() as connection:
            await connection.execute(RENEW.sql, *RENEW.args({**params, "at": now()}))


async def _all(database: Database, statement: Statement) -> list[asyncpg.Record]:
    return await database.fetch(statement.sql, statement.args({}))


def _user(row: asyncpg.Record) -> User:
    user_id, username, display_name, kind, status, department_id, roles = row
    return User(
        user_id,
        username,
        display_name,
        ActorKind(kind),
        UserStatus(status),
        department_id,
        tuple(roles),
    )


def _role(row: asyncpg.Record) -> Role:
    return Role(row["code"], row["en"], row["zh"], frozenset(row["scopes"]))


def _login(row: asyncpg.Record) -> Login:
    return Login(
        row["user_id"], ActorKind(row["kind"]), UserStatus(row["status"]), row["password_digest"]
    )
