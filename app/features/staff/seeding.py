"""Seeding: the demo staff and the first administrator, for the command line.

Takes a connection of the owner: the service itself has no right to change its staff.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

import asyncpg

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.passwords import Passwords, generate_password
from app.features.staff.client_secrets import digest_of, draw_secret, has_form
from app.features.staff.demo import (
    CLIENTS,
    COLLEAGUES,
    DEPARTMENTS,
    INVITED,
    OWNER,
    DemoColleague,
    DemoDepartment,
)
from app.features.staff.models import UserStatus
from app.features.staff.problems import UsernameTaken
from app.features.staff.usernames import is_username, username_of

FIND_DEPARTMENT: Final = (
    "select department_id from departments where name = $1 and parent_id is not distinct from $2"
)
PUT_DEPARTMENT: Final = (
    "insert into departments (department_id, name, name_zh, parent_id, created_at) "
    "values ($1, $2, $3, $4, $5)"
)
FIND_USER: Final = "select user_id from users where username = $1"
PUT_USER: Final = (
    "insert into users (user_id, username, display_name, kind, status, department_id, roles, "
    "created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)"
)
JOIN: Final = "insert into department_memberships (user_id, department_id) values ($1, $2)"
PUT_CREDENTIALS: Final = (
    "insert into credentials (user_id, password_digest, changed_at) values ($1, $2, $3) "
    "on conflict (user_id) do update set password_digest = $2, changed_at = $3"
)
PUT_TERMS: Final = (
    "insert into api_clients (api_client_id, description, owner_id, networks, expires_at) "
    "values ($1, $2, $3, '{}', $4) on conflict (api_client_id) do update set "
    "owner_id = coalesce(api_clients.owner_id, $3)"
)
LIVE: Final = (
    "select secret_id from client_secrets where api_client_id = $1 "
    "and ended_at is null and (expires_at is null or expires_at > now())"
)
END_SECRETS: Final = (
    "update client_secrets set ended_at = $2 where api_client_id = $1 and ended_at is null"
)
PUT_DIGEST: Final = (
    "insert into client_secrets (secret_id, api_client_id, digest, made_at) values ($1, $2, $3, $4)"
)
DROP_CREDENTIALS: Final = "delete from credentials where user_id = $1"
YEAR: Final = timedelta(days=365)
COUNT_UP: Final = (
    "insert into staff_epoch (is_only, epoch) values (true, 1) "
    "on conflict (is_only) do update set epoch = staff_epoch.epoch + 1"
)


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user to try the service with."""

    username: str
    password: str = field(repr=False)
    role: str
    totp_secret: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be opened."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    kind: ActorKind = ActorKind.PERSON
    department_id: UUID | None = None


async def ensure_demo_staff(
    connection: asyncpg.Connection,
    passwords: Passwords,
    known: Mapping[str, str] = MappingProxyType({}),
) -> list[DemoUser]:
    """Have the demo departments and users, each with its known password, or else a new one."""
    async with connection.transaction():
        places: dict[str | None, UUID | None] = {None: None}
        for department in DEPARTMENTS:
            places[department.name] = await _place(connection, department, places)
        users = [
            await _demo_user(connection, passwords, one, places[one.department], known)
            for one in COLLEAGUES
        ]
        owner_id = await connection.fetchval(FIND_USER, OWNER)
        users += [
            await _demo_client(connection, one, places[one.department], owner_id, known)
            for one in CLIENTS
        ]
        for one in INVITED:
            await _invited(connection, one, places)
        await connection.execute(COUNT_UP)
    return users


async def create_admin(connection: asyncpg.Connection, passwords: Passwords, username: str) -> str:
    """Open an administrator and return the password, which is kept nowhere.

    Raises UsernameTaken, or ValueError for what is no user name.
    """
    name = username_of(username)
    if not is_username(name):
        raise ValueError("a user name has 1 to 100 printable characters")
    password = generate_password()
    new = NewUser(username=name, display_name=username.strip(), roles=("administrator",))
    async with connection.transaction():
        if await connection.fetchval(FIND_USER, name):
            raise UsernameTaken
        user_id = await _open(connection, new)
        await _set_password(connection, passwords, user_id, password)
        await connection.execute(COUNT_UP)
    return password


async def _place(
    connection: asyncpg.Connection,
    department: DemoDepartment,
    places: Mapping[str | None, UUID | None],
) -> UUID:
    """Return the id of a demo department, made if it is not there."""
    above = places[department.above]
    found: UUID | None = await connection.fetchval(FIND_DEPARTMENT, department.name, above)
    if found is not None:
        return found
    made = new_id()
    await connection.execute(
        PUT_DEPARTMENT, made, department.name, department.name_zh, above, now()
    )
    return made


async def _demo_user(
    connection: asyncpg.Connection,
    passwords: Passwords,
    colleague: DemoColleague,
    department_id: UUID | None,
    known: Mapping[str, str],
) -> DemoUser:
    password = known.get(colleague.username)
    user_id = await connection.fetchval(FIND_USER, colleague.username)
    if user_id is None or password is None:
        password = password or generate_password()
        user_id = user_id or await _open(connection, _colleague(colleague, department_id))
        await _set_password(connection, passwords, user_id, password)
    return DemoUser(colleague.username, password, colleague.role)


async def _demo_client(
    connection: asyncpg.Connection,
    one: DemoColleague,
    department_id: UUID | None,
    owner_id: UUID | None,
    known: Mapping[str, str],
) -> DemoUser:
    """Have another system, whose secret also serves where a password is asked for."""
    client_id = await connection.fetchval(FIND_USER, one.username)
    client_id = client_id or await _open(connection, _colleague(one, department_id))
    await connection.execute(PUT_TERMS, client_id, one.display_name, owner_id, now() + YEAR)
    secret = known.get(one.username, "")
    if not has_form(secret) or not await connection.fetchval(LIVE, client_id):
        secret = secret if has_form(secret) else draw_secret()
        await connection.execute(DROP_CREDENTIALS, client_id)
        await connection.execute(END_SECRETS, client_id, now())
        await connection.execute(PUT_DIGEST, new_id(), client_id, digest_of(secret), now())
    return DemoUser(one.username, secret, one.role, client_id=one.username, client_secret=secret)


async def _invited(
    connection: asyncpg.Connection, one: DemoColleague, places: Mapping[str | None, UUID | None]
) -> None:
    """Have a colleague who has not come yet; an administrator may send a link."""
    if await connection.fetchval(FIND_USER, one.username):
        return
    user_id = await _open(connection, _colleague(one, places[one.department]), UserStatus.INVITED)
    for name in one.further:
        await connection.execute(JOIN, user_id, places[name])


def _colleague(colleague: DemoColleague, department_id: UUID | None) -> NewUser:
    return NewUser(
        username=colleague.username,
        display_name=colleague.display_name,
        roles=(colleague.role,),
        kind=colleague.kind,
        department_id=department_id,
    )


async def _open(
    connection: asyncpg.Connection, new: NewUser, status: UserStatus = UserStatus.ACTIVE
) -> UUID:
    user_id = new_id()
    await connection.execute(
        PUT_USER,
        user_id,
        new.username,
        new.display_name,
        new.kind,
        status,
        new.department_id,
        list(new.roles),
        now(),
    )
    return user_id


async def _set_password(
    connection: asyncpg.Connection, passwords: Passwords, user_id: UUID, password: str
) -> None:
    digest = await passwords.digest(password)
    await connection.execute(PUT_CREDENTIALS, user_id, digest, now())
