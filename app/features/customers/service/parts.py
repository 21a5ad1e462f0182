"""What a customer owns: listing, adding, changing and removing its parts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.core.paging import Asked
from app.core.problems import FieldNotAvailable
from app.core.projections import require_seen
from app.core.repository import Ids
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.features.customers.problems import CustomerArchived, ParentNotAvailable, TiedToItself
from app.features.customers.repository import (
    CustomerRepository,
    PartRepository,
    RelationshipRepository,
)
from app.features.customers.service.contact_values import checked_contact
from app.features.customers.service.referring import unfounded


class PartService:
    """What may be done with one kind of part."""

    def __init__(self, work: UnitOfWork, parts: type[PartRepository]) -> None:
        require_seen(parts.record, work.actor.policy)
        self.work = work
        self.parts = parts(work)

    async def page(self, customer_id: UUID, asked: Asked) -> Listed:
        """List the parts of a customer within reach; raises NotFound."""
        if asked.one("include") is not None:
            raise FieldNotAvailable(names=["include"])
        await CustomerRepository(self.work).key_of(customer_id)
        policy, sealing = self.work.actor.policy, self.work.platform.sealing
        page = asked.page(self.parts.record, policy, sealing)
        return await self.parts.page(page.narrowed(self.parts.of(customer_id)))

    async def get(self, ids: Ids, asked: Asked) -> Shown:
        """Show one part."""
        asked.only("fields")
        names = asked.names(self.parts.record, self.work.actor.policy)
        return Shown(await self.parts.get(ids, names), tagged=names is None)

    async def add(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Add a part to a customer."""
        await self._require_live(customer_id)
        shown = await self.parts.add(customer_id, values)
        record = self.parts.record
        shown.location = f"/v1/customers/{customer_id}/{record.resource}/{shown.values[record.key]}"
        return shown

    async def change(self, ids: Ids, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a part."""
        await self._require_live(ids.customer_id)
        return await self.parts.change(ids, seen, values)

    async def remove(self, ids: Ids, seen: str) -> Nothing:
        """Remove a part; it stays in the history."""
        await self._require_live(ids.customer_id)
        await self.parts.remove(ids, seen)
        return Nothing()

    async def _require_live(self, customer_id: UUID) -> None:
        """Refuse to touch what belongs to an archived customer; raises NotFound out of reach."""
        if await CustomerRepository(self.work).is_archived(customer_id):
            raise CustomerArchived


class ContactPointService(PartService):
    """Contact points: the value is checked by its type."""

    async def add(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Add a contact point; a value known elsewhere makes a possible double."""
        return await super().add(customer_id, checked_contact(values))

    async def change(self, ids: Ids, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a contact point; its value must fit its type, old or new."""
        self.parts.require_writable(values)
        if values.keys() & {"type", "value"}:
            opened = await self.parts.open(ids)
            merged = checked_contact({**opened.stored, **values})
            values = {**values, "value": merged["value"]}
        return await super().change(ids, seen, values)


class OrganizationProfileService(PartService):
    """Profiles of organisations: the company above is another customer within reach."""

    async def change(self, ids: Ids, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change the profile; raises ParentNotAvailable for a new parent that is not there."""
        self.parts.require_writable(values)
        if (parent := values.get("parent_id")) is not None:
            stored = (await self.parts.open(ids)).stored.get("parent_id")
            if str(stored) != str(parent) and await unfounded(self.work, {ids.customer_id: parent}):
                raise ParentNotAvailable
        return await super().change(ids, seen, values)


class RelationshipService(PartService):
    """Relationships stand under both customers; both must be within reach."""

    def __init__(self, work: UnitOfWork, parts: type[PartRepository]) -> None:
        super().__init__(work, parts)
        self.ties = RelationshipRepository(work)

    async def add(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Tie two customers."""
        await self._require_live(customer_id)
        if values["other_id"] == customer_id:
            raise TiedToItself
        shown = await self.ties.tie(customer_id, values)
        key = shown.values["relationship_id"]
        shown.location = f"/v1/customers/{customer_id}/relationships/{key}"
        return shown

    async def remove(self, ids: Ids, seen: str) -> Nothing:
        """Remove a tie under both customers."""
        await self._require_live(ids.customer_id)
        await self.ties.untie(ids, seen)
        return Nothing()
