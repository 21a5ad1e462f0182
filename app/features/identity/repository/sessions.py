"""Sessions and their refresh tokens: opened, used once, ended."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from app.core.clock import now
from app.core.database import Database
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.identity.models import EndReason

# Over for so long, a session is let go of; until then it tells which sources are familiar.
KEPT: Final = timedelta(days=30)
SELDOM: Final = 64
MOST: Final = 1000

COLUMNS: Final = (
    "s.session_id, s.user_id, s.client, s.source, s.user_agent, s.created_at, s.last_used_at, "
    "s.expires_at, s.factor_at, s.secret_id"
)
LIVE: Final = "s.ended_at is null and s.expires_at > $2 and s.last_used_at > $3"
OPEN: Final = (
    "insert into sessions (session_id, user_id, client, source, user_agent, created_at, "
    "last_used_at, expires_at, factor_at, secret_id) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
ISSUE: Final = "insert into refresh_tokens (session_id, digest, issued_at) values ($1, $2, $3)"
USE: Final = (
    "update refresh_tokens set used_at = $3 where session_id = $1 and digest = $2 "
    "and used_at is null returning session_id"
)
TOUCH: Final = (
    f"update sessions s set last_used_at = $2 where s.session_id = $1 and {LIVE} "  # noqa: S608 - constants of this module
    f"returning {COLUMNS}"
)
STEP_UP: Final = (
    f"update sessions s set factor_at = $4 where s.session_id = $1 and {LIVE} "  # noqa: S608 - the same
    f"returning {COLUMNS}"
)
END: Final = (
    "update sessions set ended_at = $2, end_reason = $3 where session_id = $1 "
    "and ended_at is null returning session_id"
)
END_LIVE: Final = (
    "update sessions s set ended_at = $2, end_reason = $4 where s.user_id = $1 "  # noqa: S608 - the same
    f"and s.session_id = $5 and {LIVE} returning s.session_id"
)
END_OTHERS: Final = (
    "update sessions set ended_at = $2, end_reason = $3 where user_id = $1 "
    "and session_id <> $4 and ended_at is null and expires_at > $2 returning session_id"
)
END_OPENED_BY: Final = (
    "update sessions set ended_at = $2, end_reason = $3 where secret_id = $1 "
    "and ended_at is null and expires_at > $2 returning session_id"
)
LET_GO: Final = "delete from refresh_tokens where session_id = any($1::uuid[])"
SWEEP: Final = "delete from sessions where expires_at < $1"
OF_USER: Final = Statement(
    f"select {COLUMNS} from sessions s where s.user_id = $1 and {LIVE} "  # noqa: S608 - the same
    "order by s.session_id desc limit $4",
    ("user_id", "at", "idle_since", "most"),
    {},
)
OF_TOKEN: Final = Statement(
    f"select {COLUMNS}, t.used_at from refresh_tokens t "  # noqa: S608 - the same
    "join sessions s on s.session_id = t.session_id "
    f"where t.session_id = $1 and t.digest = $4 and {LIVE}",
    ("session_id", "at", "idle_since", "digest"),
    {},
)
ENDED_SINCE: Final = "select session_id, ended_at from sessions where ended_at > $1"


@dataclass(frozen=True, slots=True)
class Session:
    """One signing in, and all tokens that follow from it."""

    session_id: UUID
    user_id: UUID
    client: str
    source: str | None
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    factor_at: datetime | None
    secret_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A session by one of its refresh tokens, and whether that has been used before."""

    session: Session
    is_used: bool


async def read_ended(database: Database, since: datetime) -> Mapping[UUID, datetime]:
    """Return the sessions that ended since then, each with its end."""
    return {row[0]: row[1] for row in await database.fetch(ENDED_SINCE, [since])}


class SessionRepository:
    """Sessions and their refresh tokens; what changes them runs in the caller's transaction."""

    def __init__(self, work: UnitOfWork, idle: timedelta) -> None:
        self._work = work
        self._idle = idle

    async def live_of(self, user_id: UUID) -> list[Session]:
        """Return a user's live sessions, the thousand newest at most."""
        rows = await self._work.fetch(OF_USER, {"user_id": user_id, "most": MOST, **self._limits()})
        return [Session(*row) for row in rows]

    async def held(self, session_id: UUID, digest: bytes) -> Held | None:
        """Return the live session that a refresh token belongs to."""
        params = {"session_id": session_id, "digest": digest, **self._limits()}
        rows = await self._work.fetch(OF_TOKEN, params)
        if not rows:
            return None
        *columns, used_at = rows[0]
        return Held(Session(*columns), is_used=used_at is not None)

    async def open(self, connection: asyncpg.Connection, session: Session) -> None:
        """Open a session; now and then let go of those that are long over."""
        await connection.execute(OPEN, *asdict(session).values())
        if session.session_id.bytes[-1] % SELDOM == 0:
            await connection.execute(SWEEP, now() - KEPT)

    async def issue(self, connection: asyncpg.Connection, session_id: UUID, digest: bytes) -> None:
        """Store a refresh token by its digest."""
        await connection.execute(ISSUE, session_id, digest, now())

    async def use(self, connection: asyncpg.Connection, session_id: UUID, digest: bytes) -> bool:
        """Use up a refresh token; of many at once, one finds it unused."""
        return bool(await connection.fetchval(USE, session_id, digest, now()))

    async def touch(self, connection: asyncpg.Connection, session_id: UUID) -> Session | None:
        """Note a use of a session; nothing when it has ended meanwhile."""
        at, idle_since = self._limits().values()
        row = await connection.fetchrow(TOUCH, session_id, at, idle_since)
        return Session(*row) if row else None

    async def step_up(
        self, connection: asyncpg.Connection, session_id: UUID, factor_at: datetime
    ) -> Session | None:
        """Note when a second factor was proven; nothing when the session has ended meanwhile."""
        at, idle_since = self._limits().values()
        row = await connection.fetchrow(STEP_UP, session_id, at, idle_since, factor_at)
        return Session(*row) if row else None

    async def end(
        self, connection: asyncpg.Connection, session_id: UUID, reason: EndReason
    ) -> set[UUID]:
        """End a session and its refresh tokens; returns it unless it had ended before."""
        return await _end(connection, END, session_id, now(), reason)

    async def end_of(
        self, connection: asyncpg.Connection, user_id: UUID, session_id: UUID, reason: EndReason
    ) -> set[UUID]:
        """End a live session of that user; nothing when there is none."""
        at, idle_since = self._limits().values()
        return await _end(connection, END_LIVE, user_id, at, idle_since, reason, session_id)

    async def end_others(
        self, connection: asyncpg.Connection, user_id: UUID, own: UUID, reason: EndReason
    ) -> set[UUID]:
        """End all sessions of a user but one; returns those."""
        return await _end(connection, END_OTHERS, user_id, now(), reason, own)

    async def end_of_secret(
        self, connection: asyncpg.Connection, secret_id: UUID, reason: EndReason
    ) -> set[UUID]:
        """End all sessions that were opened with a secret; returns those."""
        return await _end(connection, END_OPENED_BY, secret_id, now(), reason)

    def _limits(self) -> dict[str, datetime]:
        at = now()
        return {"at": at, "idle_since": at - self._idle}


async def _end(connection: asyncpg.Connection, statement: str, *args: Any) -> set[UUID]:
    ended = {row[0] for row in await connection.fetch(statement, *args)}
    await connection.execute(LET_GO, list(ended))
    return ended
