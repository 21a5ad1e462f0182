"""Sessions: seen and ended by their owner, and by those who manage staff."""

from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.core.paging import Asked
from app.core.problems import NotFound
from app.core.signatures import ES256
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.features.identity.grants import GrantType
from app.features.identity.models import EndReason
from app.features.identity.repository import Session, SessionRepository
from app.features.identity.service.desk import Desk
from app.features.staff.pages import page_of

NO_ID = UUID(int=0)
TOKEN_PATH = "/v1/auth/token"  # noqa: S105 - an address
KEYS_PATH = "/.well-known/jwks.json"
CLIENTS_PROVE_BY = ("client_secret_basic", "client_secret_post", "none")


class OtherSessions:
    """Ends sessions for what changes: second factors, status, another system and its secrets."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def end_others(self, work: UnitOfWork, connection: Any, user_id: UUID) -> set[UUID]:
        """End a user's sessions but the one that asks, in this transaction; returns those."""
        own = UUID(work.actor.session) if work.actor.session else NO_ID
        sessions = SessionRepository(work, self._desk.idle)
        return await sessions.end_others(connection, user_id, own, EndReason.FACTOR)

    async def end_all(self, work: UnitOfWork, user_id: UUID) -> set[UUID]:
        """End all sessions of a user, in the change that is under way; returns those."""
        sessions = SessionRepository(work, self._desk.idle)
        async with work.pinned() as connection:
            return await sessions.end_others(connection, user_id, NO_ID, EndReason.INACTIVE)

    async def end_of_secret(self, work: UnitOfWork, secret_id: UUID) -> set[UUID]:
        """End the sessions that a secret has opened, in the change that is under way."""
        sessions = SessionRepository(work, self._desk.idle)
        async with work.pinned() as connection:
            return await sessions.end_of_secret(connection, secret_id, EndReason.SECRET)

    def let_go(self, sessions: AbstractSet[UUID]) -> None:
        """Let nobody in any more by sessions that have ended."""
        self._desk.directory.end(sessions)


class SessionService:
    """What may be done about sessions that are open."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._sessions = SessionRepository(work, desk.idle)

    async def signing_keys(self) -> Shown:
        """Show the public keys of access tokens."""
        return Shown(self._desk.tokens.jwks())

    async def server_metadata(self) -> Shown:
        """Show where and how tokens are had (RFC 8414)."""
        address = self._desk.address
        members = {
            "issuer": self._desk.tokens.issuer,
            "token_endpoint": f"{address}{TOKEN_PATH}",
            "jwks_uri": f"{address}{KEYS_PATH}",
            "grant_types_supported": [one.value for one in GrantType],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": [*CLIENTS_PROVE_BY],
            "access_token_signing_alg_values_supported": [ES256],
            "service_documentation": f"{address}/docs",
        }
        return Shown(members)

    async def mine(self, asked: Asked) -> Listed:
        """List one's own live sessions, oldest first."""
        return await self._listed(self._own_id(), asked)

    async def of_user(self, user_id: UUID, asked: Asked) -> Listed:
        """List a user's live sessions, oldest first; raises NotFound."""
        self._require_user(user_id)
        return await self._listed(user_id, asked)

    async def end_current(self) -> Nothing:
        """End the session of the token that asks."""
        own = self._work.actor.session
        return await self._end(self._own_id(), UUID(own) if own else NO_ID, EndReason.LOGOUT)

    async def end_mine(self, session_id: UUID) -> Nothing:
        """End one of one's own sessions; raises NotFound."""
        return await self._end(self._own_id(), session_id, EndReason.ENDED)

    async def end_of_user(self, user_id: UUID, session_id: UUID) -> Nothing:
        """End a session of a user; raises NotFound."""
        self._require_user(user_id)
        return await self._end(user_id, session_id, EndReason.ADMINISTRATOR)

    async def _end(self, user_id: UUID, session_id: UUID, reason: EndReason) -> Nothing:
        """End a live session of that user, here at once and elsewhere within a second."""
        line = self._work.line
        async with self._work.changing() as connection:
            ended = await self._sessions.end_of(connection, user_id, session_id, reason)
            if not ended:
                raise NotFound
            line.detail |= {"session": str(session_id), "session_end": reason.value}
            line.detail["user"] = str(user_id)
        self._desk.directory.end(ended)
        return Nothing()

    async def _listed(self, user_id: UUID, asked: Asked) -> Listed:
        shown = [self._shown(session) for session in await self._sessions.live_of(user_id)]
        return page_of(shown, "session_id", asked, self._work.platform.sealing)

    def _shown(self, session: Session) -> dict[str, Any]:
        members = asdict(session)
        del members["user_id"], members["secret_id"]
        is_current = str(session.session_id) == self._work.actor.session
        return {**members, "is_current": is_current}

    def _own_id(self) -> UUID:
        return self._work.actor.actor_id or NO_ID

    def _require_user(self, user_id: UUID) -> None:
        if user_id not in self._desk.directory.staff.users:
            raise NotFound
