"""What the staff asks of sessions: who is kept out has none left when taken back."""

from collections.abc import Set as AbstractSet
from typing import Protocol
from uuid import UUID

from app.core.work import UnitOfWork


class LiveSessions(Protocol):
    """The sessions of users; whoever opens sessions keeps them."""

    async def end_all(self, work: UnitOfWork, user_id: UUID) -> AbstractSet[UUID]:
        """End all sessions of a user, in the change that is under way; returns those."""

    def let_go(self, sessions: AbstractSet[UUID]) -> None:
        """Let nobody in any more by sessions that have ended."""
