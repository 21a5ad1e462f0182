"""Matching: what a feature needs that brings many records in, and may take them back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from app.core.work import UnitOfWork
from app.features.customers.repository import DoubleRepository
from app.features.customers.repository.matching import MatchingRepository
from app.features.customers.service.opening import Opening, OpeningService


class MatchingService:
    """Finds whom incoming rows are about, as far as the actor may be told."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.known = MatchingRepository(work)

    async def carrying(self, kind: str, values: Sequence[str | None]) -> list[list[UUID]]:
        """Return for each value the customers within reach that carry it, archived ones not."""
        sealing = self.work.platform.sealing
        hashes = [None if one is None else sealing.blind(kind, one) for one in values]
        found = await DoubleRepository(self.work).sharing([*{one for one in hashes if one}])
        told = {
            digest: list(
                dict.fromkeys(one for one, said, within in rows if within and said == kind)
            )
            for digest, rows in found.items()
        }
        archived = await self.known.archived([*{*chain(*told.values())}])
        return [
            [] if digest is None else [one for one in told.get(digest, ()) if one not in archived]
            for digest in hashes
        ]

    async def doubles(self, openings: Sequence[Opening]) -> Mapping[UUID, list[UUID]]:
        """Return for new customers whom they may double, of those that the actor is told of."""
        drafts = [draft for opening in openings for draft in opening.drafts]
        repository = OpeningService(self.work).openings
        found = await repository.doubles(drafts, self.work.platform.sealing)
        told = {
            customer_id: [double.other_id for double in doubles if double.told]
            for customer_id, doubles in found.items()
        }
        archived = await self.known.archived([*{*chain(*told.values())}])
        left = {one: [o for o in others if o not in archived] for one, others in told.items()}
        return {one: others for one, others in left.items() if others}

    async def lock(self, ids: Sequence[UUID]) -> None:
        """Hold customers to the end of the transaction."""
        await self.known.lock(ids)

    async def touched(self, customer_id: UUID, since: datetime) -> bool:
        """Whether anybody has changed anything of a customer after a moment."""
        return await self.known.touched(customer_id, since)
