"""Users one by one: read whole, opened, and put back changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from app.core.access import ActorKind
from app.core.clock import now
from app.core.problems import NotFound
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.staff.mail import open_mail, seal_mail
from app.features.staff.models import UserStatus

COLUMNS: Final = (
    "user_id, username, display_name, kind, status, department_id, roles, email, status_at, "
    "status_by, successor_id, created_at, array(select m.department_id from "
    "department_memberships m where m.user_id = users.user_id order by 1) as further"
)
ONE: Final = Statement(
    f"select {COLUMNS} from users where user_id = $1",  # noqa: S608 - constants of this module
    ("user_id",),
    {},
)
OPEN: Final = Statement(
    "insert into users (user_id, username, display_name, kind, status, department_id, roles, "
    "email, status_at, status_by, created_at, updated_at) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $9) "
    "on conflict (username) do nothing returning user_id",
    (
        *("user_id", "username", "display_name", "kind", "status", "department_id", "roles"),
        *("email", "at", "by"),
    ),
    {},
)
SAVE: Final = Statement(
    "update users set display_name = $2, status = $3, department_id = $4, roles = $5, email = $6, "
    "status_at = $7, status_by = $8, successor_id = $9, updated_at = $10 where user_id = $1",
    (
        *("user_id", "display_name", "status", "department_id", "roles", "email"),
        *("status_at", "status_by", "successor_id", "at"),
    ),
    {},
)
MAILS: Final = Statement(
    "select user_id, email from users where email is not null and kind = 'person'", (), {}
)
LEAVE_OTHERS: Final = Statement(
    "delete from department_memberships where user_id = $1 and department_id <> all($2::uuid[])",
    ("user_id", "further"),
    {},
)
JOIN: Final = Statement(
    "insert into department_memberships (user_id, department_id) "
    "select $1::uuid, unnest($2::uuid[]) on conflict do nothing",
    ("user_id", "further"),
    {},
)
TAKEN: Final = Statement(
    "select username from users where username = any($1::text[])", ("names",), {}
)
OTHERS: Final = Statement(
    "select exists (select 1 from users where status = 'active' and kind = 'person' "
    "and user_id <> $1 and roles && $2::text[])",
    ("user_id", "roles"),
    {},
)
ADMIT: Final = Statement(
    "insert into credentials (user_id, password_digest, changed_at) values ($1, $2, $3) "
    "on conflict (user_id) do update set password_digest = $2, changed_at = $3",
    ("user_id", "digest", "at"),
    {},
)
CLOSE: Final = Statement(
    "update emergency_accesses set ended_at = $2, ended_by = $3 "
    "where user_id = $1 and ended_at is null and until > $2",
    ("user_id", "at", "by"),
    {},
)
SHUT: Final = Statement("delete from credentials where user_id = $1", ("user_id",), {})
HAS_CREDENTIALS: Final = Statement(
    "select exists (select 1 from credentials where user_id = $1)", ("user_id",), {}
)


@dataclass(frozen=True, slots=True)
class Account:
    """A user as it stands in the database, with what the lists leave out."""

    user_id: UUID
    username: str
    display_name: str
    kind: ActorKind
    status: UserStatus
    department_id: UUID | None
    roles: tuple[str, ...]
    further: tuple[UUID, ...]
    email: str | None
    created_at: datetime
    status_at: datetime | None = None
    status_by: UUID | None = None
    successor_id: UUID | None = None

    @property
    def is_active_person(self) -> bool:
        """Whether somebody can be counted on here."""
        return self.status is UserStatus.ACTIVE and self.kind is ActorKind.PERSON


class AccountRepository:
    """Reads and writes users; writes only within `changing_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def find(self, user_id: UUID) -> Account | None:
        """Return a user, if there is one."""
        rows = await self._work.fetch(ONE, {"user_id": user_id})
        return self._account(rows[0]) if rows else None

    async def get(self, user_id: UUID) -> Account:
        """Return a user, or raise NotFound."""
        found = await self.find(user_id)
        if found is None:
            raise NotFound
        return found

    async def taken(self, usernames: list[str]) -> set[str]:
        """Return those of the names that users have."""
        rows = await self._work.fetch(TAKEN, {"names": usernames})
        return {row["username"] for row in rows}

    async def mails(self) -> dict[UUID, str]:
        """Return the mail addresses of all persons, whatever their status.

        They are sealed, so whoever looks for one opens all: some 2 microseconds each.
        """
        sealing = self._work.platform.sealing
        rows = await self._work.fetch(MAILS, {})
        opened = {row["user_id"]: open_mail(sealing, *row) for row in rows}
        return {user_id: mail for user_id, mail in opened.items() if mail is not None}

    async def open(self, account: Account) -> bool:
        """Open a user; False when the name is taken."""
        params = {**self._values(account), "at": account.created_at, "by": account.status_by}
        opened = await self._work.fetch(OPEN, params)
        if opened and account.further:
            await self._work.fetch(JOIN, params)
        return bool(opened)

    async def save(self, account: Account, was: Account) -> None:
        """Put a user back as it is now."""
        params = {**self._values(account), "at": now()}
        await self._work.fetch(SAVE, params)
        if account.further != was.further:
            await self._work.fetch(LEAVE_OTHERS, params)
            await self._work.fetch(JOIN, params)

    async def has_others(self, user_id: UUID, roles: list[str]) -> bool:
        """Whether another active person has one of these roles."""
        rows = await self._work.fetch(OTHERS, {"user_id": user_id, "roles": roles})
        return bool(rows[0][0])

    async def admit(self, user_id: UUID, digest: str) -> None:
        """Give a user the digest of a password."""
        await self._work.fetch(ADMIT, {"user_id": user_id, "digest": digest, "at": now()})

    async def shut(self, user_id: UUID) -> None:
        """Take a user's password away."""
        await self._work.fetch(SHUT, {"user_id": user_id})

    async def close(self, user_id: UUID) -> None:
        """End what a user has open in an emergency."""
        by = self._work.actor.actor_id
        await self._work.fetch(CLOSE, {"user_id": user_id, "at": now(), "by": by})

    async def has_credentials(self, user_id: UUID) -> bool:
        """Whether a user has a password."""
        return bool((await self._work.fetch(HAS_CREDENTIALS, {"user_id": user_id}))[0][0])

    def _values(self, account: Account) -> dict[str, object]:
        return {
            "user_id": account.user_id,
            "username": account.username,
            "display_name": account.display_name,
            "kind": account.kind,
            "status": account.status,
            "department_id": account.department_id,
            "roles": list(account.roles),
            "further": list(account.further),
            "email": seal_mail(self._work.platform.sealing, account.user_id, account.email),
            "status_at": account.status_at,
            "status_by": account.status_by,
            "successor_id": account.successor_id,
        }

    def _account(self, row: asyncpg.Record) -> Account:
        values = dict(row)
        values["kind"] = ActorKind(values["kind"])
        values["status"] = UserStatus(values["status"])
        values["roles"], values["further"] = tuple(values["roles"]), tuple(values["further"])
        sealing = self._work.platform.sealing
        values["email"] = open_mail(sealing, values["user_id"], values["email"])
        return Account(**values)
