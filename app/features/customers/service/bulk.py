"""Revealing in bulk: many customers within an hour ask for a fresh second factor."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.clock import now
from app.core.freshness import require_step_up
from app.core.work import UnitOfWork
from app.features.customers.repository import RevealRepository

WINDOW: Final = timedelta(hours=1)


class BulkReveals:
    """Knows whom this process has revealed to each actor within the hour; 0 lets all through.

    The audit trail knows it of all processes, but only once a line is written: without a memory of
    its own, a process would let any number through that are asked for at the same time.
    """

    def __init__(self, free: int) -> None:
        self._free = free
        self._lately: dict[UUID, dict[str, datetime]] = {}

    async def admit(self, work: UnitOfWork, customer_id: str) -> None:
        """Let one customer be revealed; raises FreshFactorNeeded beyond what is free."""
        actor = work.actor
        if not self._free or actor.actor_id is None or actor.kind is not ActorKind.PERSON:
            return
        since = now() - WINDOW
        told = await RevealRepository(work).revealed(since, self._free + 1)
        own = self._known(actor.actor_id, since)
        if self._is_bulk(customer_id, {*told, *own}):
            await require_step_up(work)
        own[customer_id] = now()

    def _is_bulk(self, customer_id: str, known: Iterable[str]) -> bool:
        return len({customer_id, *known}) > self._free

    def _known(self, actor_id: UUID, since: datetime) -> dict[str, datetime]:
        known = self._lately.setdefault(actor_id, {})
        for old in [one for one, at in known.items() if at <= since]:
            del known[old]
        return known
