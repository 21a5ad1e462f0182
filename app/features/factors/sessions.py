"""What second factors ask of sessions: a change of how one proves oneself ends the others."""

from collections.abc import Set as AbstractSet
from typing import Any, Protocol
from uuid import UUID

from app.core.work import UnitOfWork


class OpenSessions(Protocol):
    """The sessions of users; whoever opens sessions keeps them."""

    async def end_others(
        self, work: UnitOfWork, connection: Any, user_id: UUID
    ) -> AbstractSet[UUID]:
        """End a user's sessions but the one that asks, in this transaction; returns those."""

    def let_go(self, sessions: AbstractSet[UUID]) -> None:
        """Let nobody in any more by sessions that have ended."""
