"""Opening a session: the one way in, whatever has proven who it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.tokens import told
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.identity.refresh_tokens import RefreshToken
from app.features.identity.repository import Session, SessionRepository
from app.features.identity.service.desk import Desk
from app.features.staff.snapshot import User

# The client of those who sign in with a password: our own pages, and whoever tries the service.
FIRST_PARTY: Final = "cims"
Also = Callable[[Any], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a session is opened: by which client, called what, with or without refresh tokens."""

    agent: str = ""
    client: str = FIRST_PARTY
    is_lasting: bool = True
    factor_at: datetime | None = None
    secret_id: UUID | None = None
    scopes: frozenset[str] | None = None


class SessionOpener:
    """Opens sessions, and issues their tokens by the staff as it stands now."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._sessions = SessionRepository(work, desk.idle)

    async def active(self, user_id: UUID) -> User | None:
        """Return the user, if there still is one who may act here, in every role of this moment."""
        await self._desk.directory.refresh()
        user = self._desk.directory.staff.users.get(user_id)
        if user is None or not user.is_active:
            return None
        return user if user.may_come_from(self._work.line.source) else None

    async def open(self, user: User, opening: Opening, also: Also | None = None) -> Shown:
        """Open a session and answer its first tokens; `also` happens in the same transaction."""
        session = self._session(user, opening)
        token = self.admit(user, session, opening.scopes)
        refresh = RefreshToken.draw(session.session_id) if opening.is_lasting else None
        async with self._work.changing() as connection:
            await self._sessions.open(connection, session)
            if refresh is not None:
                await self._sessions.issue(connection, session.session_id, refresh.digest)
            if also is not None:
                await also(connection)
        return self.answer(token, session, refresh)

    def admit(self, user: User, session: Session, scopes: frozenset[str] | None = None) -> str:
        """Issue an access token, and go on as the actor that it names."""
        held = self._desk.directory.staff.scopes_of(user)
        borne = told(held) if scopes in {None, held} else scopes
        token = self._desk.tokens.issue(
            user.user_id, session.client, borne, session.session_id, session.factor_at
        )
        self._work.line.actor = self._desk.directory.actor(token, self._work.line.source)
        return token

    def answer(self, token: str, session: Session, refresh: RefreshToken | None) -> Shown:
        """Show what was issued."""
        members: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(self._desk.tokens.lifetime.total_seconds()),
            "scope": " ".join(sorted(self._work.actor.scopes)),
        }
        if refresh is not None:
            left = min(self._desk.idle, session.expires_at - now())
            members["refresh_token"] = refresh.text
            members["refresh_expires_in"] = int(left.total_seconds())
        return Shown(members, tagged=False)

    def _session(self, user: User, opening: Opening) -> Session:
        at = now()
        lasts = self._desk.longest if opening.is_lasting else self._desk.tokens.lifetime
        return Session(
            session_id=new_id(),
            user_id=user.user_id,
            client=opening.client,
            source=self._work.line.source,
            user_agent=opening.agent,
            created_at=at,
            last_used_at=at,
            expires_at=at + lasts,
            factor_at=opening.factor_at,
            secret_id=opening.secret_id,
        )
