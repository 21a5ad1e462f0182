"""Finding, showing and changing the master record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from app.core.access import Policy
from app.core.clock import today
from app.core.filters import Node, fields_used
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import FieldNotAvailable, NotFound
from app.core.projections import Opened, is_seen
from app.core.repository import ANY_STATE, Ids
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.problems import (
    CustomerArchived,
    DepartmentNotAvailable,
    NotArchived,
)
from app.features.customers.repository import (
    AddressRepository,
    ContactPointRepository,
    CustomerRepository,
    ExternalIdRepository,
    NoteRepository,
    OrganizationProfileRepository,
    PartRepository,
    PersonProfileRepository,
    RelationshipRepository,
)
from app.features.customers.repository.customers import LIVE, still_there
from app.features.customers.service.referring import require_owner

ARCHIVED: Final = "archived"
OUT_OF_POOL: Final = {"pooled_at": None, "pooled_for": None}
PARTS: Final[Mapping[str, type[PartRepository]]] = {
    "person_profile": PersonProfileRepository,
    "organization_profile": OrganizationProfileRepository,
    "contact_points": ContactPointRepository,
    "addresses": AddressRepository,
    "notes": NoteRepository,
    "relationships": RelationshipRepository,
    "external_ids": ExternalIdRepository,
}


class CustomerService:
    """What may be done with the master record."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = CustomerRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List customers; archived ones only when their status is asked for."""
        policy, sealing = self.work.actor.policy, self.work.platform.sealing
        parts = self._parts(asked.words("include"))
        page = asked.page(Customer, policy, sealing)
        listed = await self.customers.page(page.narrowed(still_there(page.filters)))
        await self._include(parts, listed.items)
        return listed

    async def granted(self, customer_id: UUID) -> Policy:
        """Return what the actor is granted for a customer; raises NotFound out of reach."""
        return (await self.customers.key_of(customer_id)).policy

    async def owning(self, customer_id: UUID) -> Opened:
        """Open a customer for what is to belong to it; raises NotFound, CustomerArchived."""
        if await self.customers.is_archived(customer_id):
            raise CustomerArchived
        return await self.customers.key_of(customer_id)

    async def get(self, customer_id: UUID, asked: Asked) -> Shown:
        """Show one customer, sparse or with its parts when asked."""
        asked.only("fields", "include")
        parts = self._parts(asked.words("include"))
        names = asked.names(Customer, self.work.actor.policy)
        try:
            values = await self.customers.get(Ids(customer_id, customer_id), names)
        except NotFound:
            return await self._survivor(customer_id, asked)
        if not parts:
            return Shown(values, tagged=names is None)
        (whole,) = await self._include(parts, [dict(values)])
        return Shown(values, extra=whole, tagged=names is None)

    async def _survivor(self, merged_id: UUID, asked: Asked) -> Shown:
        """Show what a merged customer has become, to those who reach that; raises NotFound."""
        survivor_id = await self.customers.merged_into(merged_id)
        if survivor_id is None:
            raise NotFound
        shown = await self.get(survivor_id, asked)
        shown.extra = {**(shown.extra or shown.values), "merged_into": str(survivor_id)}
        shown.location = f"/v1/customers/{survivor_id}"
        return shown

    async def change(self, customer_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a customer; a phone known elsewhere makes a possible double, no refusal."""
        ids = Ids(customer_id, customer_id)
        self.customers.require_writable(values)
        self._require_reachable(values)
        owned = self.given_to(values["owner_id"]) if values.get("owner_id") else {}
        return await self.customers.change(
            ids, seen, values, partial(self._require_fit, values), None, **owned
        )

    def given_to(self, owner_id: UUID | None) -> dict[str, Any]:
        """Return what a customer is that somebody is given: out of the pool, followed up today."""
        followed_up_on = today(self.work.platform.zone)
        return {"owner_id": owner_id, **OUT_OF_POOL, "last_follow_up_on": followed_up_on}

    async def record(self, customer_id: UUID, act: Permission, **owned: Any) -> Shown:
        """Set what the service owns, for an act that must be allowed to this very customer."""
        ids = Ids(customer_id, customer_id)
        return await self.customers.change(ids, ANY_STATE, {}, _is_archived, act, **owned)

    async def among(self, base: Node, asked: Asked) -> Listed:
        """List customers of which something holds, to those who see in them what it is."""
        policy, sealing = self.work.actor.policy, self.work.platform.sealing
        page = asked.page(Customer, policy, sealing)
        used = (*page.used, *fields_used(Customer, base))
        page = replace(page.narrowed(base), used=tuple(dict.fromkeys(used)))
        return await self.customers.page(page.narrowed(LIVE))

    async def archive(self, customer_id: UUID, seen: str) -> Shown:
        """Put a customer away; it stays readable and leaves the lists."""
        ids = Ids(customer_id, customer_id)
        act = Permission.CUSTOMERS_ARCHIVE
        return await self.customers.change(ids, seen, {}, _is_archived, act, status=ARCHIVED)

    async def restore(self, customer_id: UUID, seen: str) -> Shown:
        """Bring an archived customer back."""
        ids = Ids(customer_id, customer_id)
        act = Permission.CUSTOMERS_ARCHIVE
        return await self.customers.change(ids, seen, {}, _is_not_archived, act, status="active")

    def _require_fit(self, values: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
        """Refuse a change of what is archived, and a new owner who is no active user."""
        _is_archived(stored)
        owner_id = values.get("owner_id")
        if str(owner_id) != str(stored.get("owner_id")):
            require_owner(self.work, owner_id)

    def _require_reachable(self, values: Mapping[str, Any]) -> None:
        require_reachable(self.work, values.get("department_id"))

    def _parts(self, names: Sequence[str]) -> list[str]:
        """Admit what `include` names; a part without a readable member is an unknown name."""
        policy = self.work.actor.policy
        refused = [n for n in names if n not in PARTS or not is_seen(PARTS[n].record, policy)]
        if refused:
            raise FieldNotAvailable(names=refused)
        return list(names)

    async def _include(
        self, parts: Sequence[str], items: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Add the parts to the items, one statement for each part."""
        ids = [UUID(item["customer_id"]) for item in items] if parts else []
        for name in parts:
            found = await PARTS[name](self.work).of_many(ids) if ids else {}
            for item in items:
                rows = found[item["customer_id"]]
                item[name] = rows if not PARTS[name].record.single else next(iter(rows), None)
        return items


def require_reachable(work: UnitOfWork, department_id: UUID | None) -> None:
    """Refuse to put a record into a department that the actor does not reach."""
    actor = work.actor
    # A job that reaches all is no member of the staff, and knows of no departments.
    is_free = actor.policy.reaches_all and not actor.departments
    if department_id and not is_free and department_id not in actor.departments:
        raise DepartmentNotAvailable


def _is_archived(stored: Mapping[str, Any]) -> None:
    if stored.get("status") == ARCHIVED:
        raise CustomerArchived


def _is_not_archived(stored: Mapping[str, Any]) -> None:
    if stored.get("status") != ARCHIVED:
        raise NotArchived
