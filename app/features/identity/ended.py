"""The sessions that ended lately, in memory: what the staff directory asks about new tokens."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.database import Database
from app.core.tokens import MOST
from app.features.identity.repository import read_ended

# A token that was issued just before its session's end is dead by itself after that time.
REMEMBERED: Final = MOST + timedelta(minutes=5)
# Another process may write its moment of ending, and commit so much later.
OVERLAP: Final = timedelta(seconds=30)


class EndedSessions:
    """Holds the sessions that ended within the life of a token."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ended: dict[UUID, datetime] = {}
        self._read_at: datetime | None = None

    def __contains__(self, session: UUID) -> bool:
        """Whether the session has ended."""
        return session in self._ended

    def note(self, sessions: AbstractSet[UUID]) -> None:
        """Take in what this process has ended itself."""
        self._ended.update(dict.fromkeys(sessions, now()))

    async def refresh(self) -> AbstractSet[UUID]:
        """Read what has ended since the last reading, and return what is new."""
        at = now()
        oldest = at - REMEMBERED
        found = await read_ended(self._database, max(oldest, (self._read_at or oldest) - OVERLAP))
        fresh = found.keys() - self._ended.keys()
        known = {**self._ended, **found}
        self._ended = {session: ended for session, ended in known.items() if ended > oldest}
        self._read_at = at
        return fresh
