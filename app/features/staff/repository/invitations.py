"""Invitations: the digest of a link's token, kept until it is used, renewed or too old."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.statements import Statement
from app.core.work import UnitOfWork

PUT: Final = Statement(
    "insert into invitations (user_id, digest, expires_at) values ($1, $2, $3) "
    "on conflict (user_id) do update set digest = $2, expires_at = $3",
    ("user_id", "digest", "expires_at"),
    {},
)
FIND: Final = Statement(
    "select i.user_id, u.username, i.expires_at from invitations i join users u using (user_id) "
    "where i.digest = $1 and i.expires_at > $2 and u.status = 'invited'",
    ("digest", "at"),
    {},
)
USE: Final = Statement(
    "delete from invitations where digest = $1 and expires_at > $2 returning user_id",
    ("digest", "at"),
    {},
)
WITHDRAW: Final = Statement("delete from invitations where user_id = $1", ("user_id",), {})
IS_OPEN: Final = Statement(
    "select exists (select 1 from invitations where user_id = $1)", ("user_id",), {}
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that can be accepted, and by whom."""

    user_id: UUID
    username: str
    expires_at: datetime


class InvitationRepository:
    """Keeps, finds and uses invitations; a token never reaches the database."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def put(self, user_id: UUID, token: str, expires_at: datetime) -> None:
        """Keep a user's invitation, in place of an earlier one."""
        params = {"user_id": user_id, "digest": _digest(token), "expires_at": expires_at}
        await self._work.fetch(PUT, params)

    async def find(self, token: str) -> Invitation | None:
        """Return the invitation of a token that may be used now."""
        rows = await self._work.fetch(FIND, {"digest": _digest(token), "at": now()})
        return Invitation(*rows[0]) if rows else None

    async def use(self, token: str) -> bool:
        """Use up an invitation; False for everybody but the first."""
        return bool(await self._work.fetch(USE, {"digest": _digest(token), "at": now()}))

    async def withdraw(self, user_id: UUID) -> None:
        """Make a user's invitation useless."""
        await self._work.fetch(WITHDRAW, {"user_id": user_id})

    async def is_open(self, user_id: UUID) -> bool:
        """Whether a user has an invitation, however old."""
        return bool((await self._work.fetch(IS_OPEN, {"user_id": user_id}))[0][0])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
