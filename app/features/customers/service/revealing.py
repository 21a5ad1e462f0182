"""Revealing: masked members in clear, for a stated purpose, on a line of its own."""

import base64
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.core.access import Decision
from app.core.fields import Field
from app.core.permissions import Permission
from app.core.problems import FieldNotAvailable, NotFound, NotPermitted
from app.core.projections import available, require_seen
from app.core.purposes import checked_purpose
from app.core.repository import Ids, Repository
from app.core.sealing import place_of, seal
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.repository import CustomerRepository
from app.features.customers.schemas import Reveal
from app.features.customers.service.bulk import BulkReveals

REVEALING: Final = Permission.CUSTOMERS_REVEAL


class RevealService:
    """Shows masked members to those who hold the reveal scope of their group."""

    def __init__(self, work: UnitOfWork, repository: type[Repository]) -> None:
        require_seen(repository.record, work.actor.policy)
        self.work = work
        self.rows = repository(work)

    async def reveal(self, ids: Ids, asked: Reveal) -> Shown:
        """Show the named members in clear; raises NotFound, FieldNotAvailable and others."""
        policy = self.work.actor.policy
        entries = available(self.rows.record, policy, asked.fields)
        if not all(policy.may_reveal(entry) for entry in entries):
            raise NotPermitted
        await self._require_granted(ids, entries)
        self.work.line.purpose = checked_purpose(asked.purpose, "/purpose")
        names = frozenset(entry.name for entry in entries)
        found = await self.work.read(self.rows.BY_ID, ids.params(), names, policy.to_reveal(names))
        if not found:
            raise NotFound
        await self._require_not_in_bulk(ids.customer_id)
        self.work.tally.reveal(self.work.actor)
        if asked.reason:
            await keep_reason(self.work, ids.customer_id, asked.reason)
        return Shown(found[0], tagged=False)

    async def _require_not_in_bulk(self, customer_id: UUID) -> None:
        """Ask for a fresh factor when many customers are revealed; raises FreshFactorNeeded."""
        bulk: BulkReveals = self.work.platform.tools[BulkReveals]
        await bulk.admit(self.work, str(customer_id))

    async def _require_granted(self, ids: Ids, entries: Sequence[Field]) -> None:
        """Hold the act against what is granted for this customer; raises NotFound, NotPermitted."""
        if not self.work.actor.policy.parts:
            return
        granted = (await CustomerRepository(self.work).key_of(ids.customer_id)).policy
        if any(granted.on_read(entry) is Decision.HIDE for entry in entries):
            raise FieldNotAvailable(names=[entry.name for entry in entries])
        if not all(granted.may_reveal(e) for e in entries) or not granted.allows(REVEALING):
            raise NotPermitted


async def keep_reason(work: UnitOfWork, customer_id: UUID, reason: str) -> None:
    """Keep a reason on the line, sealed with the customer's key: people write names."""
    owner = await CustomerRepository(work).key_of(customer_id)
    place = place_of("audit_lines", "reason", customer_id, work.line.line_id)
    sealed = seal(owner.key, place, {"reason": reason})
    work.line.reason = base64.b64encode(sealed).decode()
