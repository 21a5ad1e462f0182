"""The staff directory: from a bearer token to an actor, by the staff as it stands now."""

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final, Protocol
from uuid import UUID

import asyncpg

from app.core.access import Actor
from app.core.clock import now
from app.core.database import Database
from app.core.problems import NotNow, NotSignedIn
from app.core.tokens import Claims, TokenRefused, Tokens, told
from app.features.staff.repository import read_epoch, read_staff
from app.features.staff.snapshot import Snapshot, Terms, User
from app.features.staff.uses import ClientUses

POLL_SECONDS: Final = 0.5
# Unable to see the staff for so long, nobody is let in: a suspended user might be among them.
BLIND_SECONDS: Final = 5.0
REMEMBERED_TOKENS: Final = 8192


class EndedSessions(Protocol):
    """The sessions that ended within the life of a token; whoever opens sessions keeps them."""

    def __contains__(self, session: UUID) -> bool:
        """Whether the session has ended."""

    def note(self, sessions: AbstractSet[UUID]) -> None:
        """Take in what this process has ended itself."""

    async def refresh(self) -> AbstractSet[UUID]:
        """Read what has ended, and return what is new; raises NotNow without a database."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A verified token, and the actor that it named by one reading of the staff."""

    version: int
    claims: Claims
    actor: Actor
    terms: Terms | None = None


class StaffDirectory:
    """Holds the staff in memory, reloads it when it has changed, and tells tokens' actors by it."""

    def __init__(self, database: Database, tokens: Tokens, ended: EndedSessions) -> None:
        self._database = database
        self._tokens = tokens
        self._ended = ended
        self._snapshot: Snapshot | None = None
        self._version = 0
        self._keys = tokens.version
        self._seen_at = 0.0
        self._known: dict[str, _Known] = {}
        self._reading = asyncio.Lock()
        self._uses = ClientUses(database)

    @property
    def staff(self) -> Snapshot:
        """The staff as last read; raises NotNow when that is too long ago."""
        if self._snapshot is None:
            raise NotNow
        return self._snapshot

    def actor(self, token: str, source: str | None = None) -> Actor:
        """Return the actor that a token names; raises NotSignedIn, or NotNow while blind.

        Another system is let in from its own addresses only, by what stands in memory.
        """
        known = self._known.get(token)
        if known is None or known.version != self._version or now() >= known.claims.expires_at:
            known = self._resolved(token, known)
        if known.terms is not None:
            self._admit(known.actor, known.terms, source)
        return known.actor

    async def refresh(self) -> None:
        """Read what has ended, and what has changed; raises NotNow without a database."""
        async with self._reading:
            self._verify_anew()
            self._drop(await self._ended.refresh())
            if self._snapshot is None or self._snapshot.epoch != await read_epoch(self._database):
                self._snapshot = await read_staff(self._database)
                self._version += 1
            self._seen_at = asyncio.get_running_loop().time()

    def _admit(self, actor: Actor, terms: Terms, source: str | None) -> None:
        """Let another system in from its addresses, and note that it was here."""
        if not terms.admit(source):
            raise NotSignedIn(actor.actor_id)
        if actor.actor_id is not None:
            self._uses.note(actor.actor_id, source)

    def end(self, sessions: AbstractSet[UUID]) -> None:
        """Let nobody in any more by these sessions: here at once, elsewhere within a second."""
        self._ended.note(sessions)
        self._drop(sessions)

    async def watch(self) -> None:
        """Keep the staff up to date until cancelled; blind or broken, it lets nobody in."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            self._forget()

    async def _look(self) -> None:
        try:
            await self.refresh()
            await self._uses.write()
        except (NotNow, asyncpg.PostgresError):
            if asyncio.get_running_loop().time() - self._seen_at > BLIND_SECONDS:
                self._forget()

    def _forget(self) -> None:
        self._snapshot = None
        self._version += 1

    def _verify_anew(self) -> None:
        """Forget the tokens that were verified by other signing keys than there are now."""
        self._tokens.refresh()
        if self._keys != self._tokens.version:
            self._keys, self._known = self._tokens.version, {}

    def _drop(self, ended: AbstractSet[UUID]) -> None:
        """Forget the tokens of ended sessions, so that the way of all others costs nothing more."""
        if ended:
            known = self._known.items()
            self._known = {token: one for token, one in known if one.claims.session not in ended}

    def _resolved(self, token: str, known: _Known | None) -> _Known:
        """Verify a new token, or hold a known one against the staff as it is now."""
        staff = self.staff
        claims = self._verified(token) if known is None else known.claims
        user = staff.users.get(claims.subject)
        is_over = claims.session in self._ended
        if user is None or is_over or not _is_good(claims, user, staff):
            self._known.pop(token, None)
            raise NotSignedIn
        held = staff.scopes_of(user)
        # The snapshot's set of scopes is one object for all tokens; the token's own is let go.
        scopes = held if claims.scopes in {held, told(held)} else claims.scopes
        actor = staff.actor(user, str(claims.session), claims.factor_at, scopes)
        fresh = _Known(self._version, _slim(claims, scopes, user.terms), actor, user.terms)
        self._remember(token, fresh)
        return fresh

    def _verified(self, token: str) -> Claims:
        try:
            return self._tokens.verify(token)
        except TokenRefused:
            raise NotSignedIn from None

    def _remember(self, token: str, known: _Known) -> None:
        if token not in self._known and len(self._known) >= REMEMBERED_TOKENS:
            del self._known[next(iter(self._known))]
        self._known[token] = known


def _is_good(claims: Claims, user: User, staff: Snapshot) -> bool:
    """Whether a token's user may act still, with the rights that the token was issued for."""
    in_time = now() < claims.expires_at
    return in_time and user.is_active and staff.are_good(claims.scopes, user)


def _slim(claims: Claims, scopes: frozenset[str], terms: Terms | None) -> Claims:
    """Return what is remembered of a token, which ends with the terms that its user has."""
    ends = claims.expires_at if terms is None else min(claims.expires_at, terms.expires_at)
    return replace(claims, scopes=scopes, expires_at=ends)
