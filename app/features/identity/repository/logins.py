"""One user's credentials, for the length of a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, func, select, update

from app.core.access import ActorKind
from app.core.clock import now
from app.core.statements import compile_statement
from app.core.work import UnitOfWork
from app.features.identity.models import SESSIONS
from app.features.staff.models import CREDENTIALS, USERS, UserStatus
from app.features.staff.usernames import is_username

# For so long the place of a successful sign-in counts as the account's own.
FAMILIAR: Final = timedelta(days=30)
IS_FAMILIAR: Final = exists(
    select(SESSIONS.c.session_id).where(
        SESSIONS.c.user_id == USERS.c.user_id,
        SESSIONS.c.source == bindparam("source", type_=Text),
        SESSIONS.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
).label("is_familiar")
LOGIN: Final = compile_statement(
    select(
        USERS.c.user_id,
        USERS.c.kind,
        USERS.c.status,
        CREDENTIALS.c.password_digest,
        func.coalesce(CREDENTIALS.c.changed_at, USERS.c.created_at),
        IS_FAMILIAR,
    )
    .select_from(USERS.outerjoin(CREDENTIALS, CREDENTIALS.c.user_id == USERS.c.user_id))
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
    .returning(CREDENTIALS.c.user_id)
)


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """What signing in needs to know of a user; who comes by a provider may have no password."""

    user_id: UUID
    kind: ActorKind
    status: UserStatus
    password_digest: str | None
    changed_at: datetime | None
    is_familiar: bool


class LoginRepository:
    """One user's credentials, for the length of a request."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def login(self, username: str) -> Login | None:
        """Return the credentials of a user by name, if there is one, seen from the source."""
        params = {
            "username": username if is_username(username) else "",
            "source": self._work.line.source,
            "since": now() - FAMILIAR,
        }
        rows = await self._work.fetch(LOGIN, params)
        return _login(rows[0]) if rows else None

    async def renew(self, connection: asyncpg.Connection, login: Login, digest: str) -> bool:
        """Put a new digest in the old one's place; False when another has been put there."""
        params = {"of_user": login.user_id, "was": login.password_digest, "digest": digest}
        self._work.line.changed["password_digest"] = None
        return bool(await connection.fetch(RENEW.sql, *RENEW.args({**params, "at": now()})))


def _login(row: asyncpg.Record) -> Login:
    user_id, kind, status, digest, changed_at, is_familiar = row
    return Login(user_id, ActorKind(kind), UserStatus(status), digest, changed_at, is_familiar)
