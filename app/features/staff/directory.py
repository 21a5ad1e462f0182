"""The staff directory: from a bearer token to an actor, by the staff as it stands now."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

import asyncpg

from app.core.access import Actor
from app.core.clock import now
from app.core.database import Database
from app.core.problems import NotNow, NotSignedIn
from app.core.tokens import Claims, TokenRefused, Tokens
from app.features.staff.repository import read_epoch, read_staff
from app.features.staff.snapshot import Snapshot, User

POLL_SECONDS: Final = 0.5
# Unable to see the staff for so long, nobody is let in: a suspended user might be among them.
BLIND_SECONDS: Final = 5.0
REMEMBERED_TOKENS: Final = 8192


@dataclass(frozen=True, slots=True)
class _Known:
    """A verified token, and the actor that it named by one reading of the staff."""

    version: int
    claims: Claims
    actor: Actor


class StaffDirectory:
    """Holds the staff in memory, reloads it when it has changed, and tells tokens' actors by it."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._snapshot: Snapshot | None = None
        self._version = 0
        self._seen_at = 0.0
        self._known: dict[str, _Known] = {}
        self._reading = asyncio.Lock()

    @property
    def staff(self) -> Snapshot:
        """The staff as last read; raises NotNow when that is too long ago."""
        if self._snapshot is None:
            raise NotNow
        return self._snapshot

    def actor(self, token: str) -> Actor:
        """Return the actor that a token names; raises NotSignedIn, or NotNow while blind."""
        known = self._known.get(token)
        if known is not None and known.version == self._version and now() < known.claims.expires_at:
            return known.actor
        return self._resolved(token, known)

    async def refresh(self) -> None:
        """Read the staff again if it has changed since; raises NotNow without a database."""
        async with self._reading:
            if self._snapshot is None or self._snapshot.epoch != await read_epoch(self._database):
                self._snapshot = await read_staff(self._database)
                self._version += 1

    async def watch(self) -> None:
        """Keep the staff up to date until cancelled; blind or broken, it lets nobody in."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            self._forget()

    async def _look(self) -> None:
        time = asyncio.get_running_loop().time
        try:
            await self.refresh()
            self._seen_at = time()
        except (NotNow, asyncpg.PostgresError):
            if time() - self._seen_at > BLIND_SECONDS:
                self._forget()

    def _forget(self) -> None:
        self._snapshot = None
        self._version += 1

    def _resolved(self, token: str, known: _Known | None) -> Actor:
        """Verify a new token, or hold a known one against the staff as it is now."""
        staff = self.staff
        claims = self._verified(token) if known is None else known.claims
        user = staff.users.get(claims.subject)
        if user is None or not _is_good(claims, user, staff):
            self._known.pop(token, None)
            raise NotSignedIn
        actor = staff.actor(user, claims.token_id)
        # The snapshot's set of scopes is one object for all tokens; the token's own is let go.
        slim = replace(claims, scopes=actor.scopes)
        self._remember(token, _Known(self._version, slim, actor))
        return actor

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
    return in_time and user.is_active and claims.scopes == staff.scopes_of(user)
