"""Users, roles and departments for tests, with sensible defaults."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.passwords import Passwords
from app.features.staff.models import UserStatus
from app.features.staff.seeding import COUNT_UP, PUT_CREDENTIALS, PUT_USER
from app.features.staff.snapshot import Department, Role, Snapshot, User

PASSWORD = "correct horse battery staple"
DIGESTS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user in the database, whose password is PASSWORD."""

    user_id: UUID
    username: str


async def a_colleague(
    owner_url: str,
    *,
    roles: tuple[str, ...] = ("sales",),
    status: UserStatus = UserStatus.ACTIVE,
    kind: ActorKind = ActorKind.PERSON,
    department_id: UUID | None = None,
    digest: str | None = None,
) -> Colleague:
    """Open a user of a name that no other test uses."""
    made = Colleague(new_id(), f"colleague_{new_id().hex}")
    digest = digest or await a_digest()
    connection = await asyncpg.connect(owner_url)
    values = (made.user_id, made.username, "小明", kind, status, department_id, list(roles), now())
    async with connection.transaction():
        await connection.execute(PUT_USER, *values)
        await connection.execute(PUT_CREDENTIALS, made.user_id, digest, now())
        await connection.execute(COUNT_UP)
    await connection.close()
    return made


async def a_digest() -> str:
    """Digest PASSWORD, the first time that somebody asks: the next ones get the same."""
    if PASSWORD not in DIGESTS:
        passwords = Passwords()
        DIGESTS[PASSWORD] = await passwords.digest(PASSWORD)
        passwords.close()
    return DIGESTS[PASSWORD]


async def change(owner_url: str, sql: str, *args: object) -> None:
    """Change the staff as its owner does: with the epoch, in one transaction."""
    connection = await asyncpg.connect(owner_url)
    async with connection.transaction():
        await connection.execute(sql, *args)
        await connection.execute(COUNT_UP)
    await connection.close()


def a_department(name: str, above: Department | None = None) -> Department:
    """Make a department below another one."""
    return Department(new_id(), name, None, above.department_id if above else None)


def a_role(code: str, *scopes: str) -> Role:
    """Make a role."""
    return Role(code, code.title(), code, frozenset(scopes))


def a_user(
    *roles: str,
    department_id: UUID | None = None,
    status: UserStatus = UserStatus.ACTIVE,
    kind: ActorKind = ActorKind.PERSON,
) -> User:
    """Make a user of these roles."""
    user_id = new_id()
    return User(user_id, f"user_{user_id.hex}", "小红", kind, status, department_id, roles)


def a_snapshot(
    *users: User, roles: tuple[Role, ...] = (), departments: tuple[Department, ...] = ()
) -> Snapshot:
    """Make the staff of a moment."""
    return Snapshot.of(1, list(users), list(roles), list(departments))
