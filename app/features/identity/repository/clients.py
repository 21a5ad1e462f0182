"""Another system's live secrets, for the length of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

import asyncpg

from app.core.clock import now
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.identity.repository.logins import FAMILIAR
from app.features.staff.client_secrets import digest_of
from app.features.staff.usernames import is_username

# One system has two live secrets at most; an unknown one costs as many comparisons.
MOST: Final = 2
NOBODYS: Final = bytes(32)
SECRETS: Final = Statement(
    "select u.user_id, s.secret_id, s.digest, exists (select 1 from sessions i "
    "where i.user_id = u.user_id and i.source = $2 and i.created_at > $3) as is_familiar "
    "from users u left join client_secrets s on s.api_client_id = u.user_id "
    "and s.ended_at is null and (s.expires_at is null or s.expires_at > $4) "
    "where u.username = $1 and u.kind = 'client'",
    ("client_id", "source", "since", "at"),
    {},
)
SELDOM: Final = timedelta(minutes=1)
USED: Final = (
    "update client_secrets set last_used_at = $2 where secret_id = $1 "
    "and (last_used_at is null or last_used_at < $3)"
)


@dataclass(frozen=True, slots=True, repr=False)
class ClientLogin:
    """What signing in needs to know of another system."""

    user_id: UUID
    is_familiar: bool
    digests: Mapping[UUID, bytes]


class ClientLoginRepository:
    """Another system's live secrets, for the length of a request."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def login(self, client_id: str) -> ClientLogin | None:
        """Return the live secrets of a system by name, if there is one, seen from the source."""
        at = now()
        params = {
            "client_id": client_id if is_username(client_id) else "",
            "source": self._work.line.source,
            "since": at - FAMILIAR,
            "at": at,
        }
        rows = await self._work.fetch(SECRETS, params)
        if not rows:
            return None
        digests = {row["secret_id"]: row["digest"] for row in rows if row["secret_id"]}
        return ClientLogin(rows[0]["user_id"], rows[0]["is_familiar"], digests)

    async def note_use(self, connection: asyncpg.Connection, secret_id: UUID) -> None:
        """Note that a secret is in use, at most once a minute."""
        at = now()
        await connection.execute(USED, secret_id, at, at - SELDOM)


def fitting_secret(login: ClientLogin | None, secret: str) -> UUID | None:
    """Return which secret this is; an unknown system takes as long as one that is known."""
    digests = login.digests if login else {}
    sent = digest_of(secret)
    for _ in range(MOST - len(digests)):
        compare_digest(NOBODYS, sent)
    fits = [key for key, digest in digests.items() if compare_digest(digest, sent)]
    return fits[0] if fits else None
