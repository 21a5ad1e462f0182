"""Known customers: what comes in again is held against what is stored; differences are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.problems import Problem
from app.core.projections import Opened, is_seen
from app.core.records import Record
from app.core.repository import ANY_STATE, Ids
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.problems import CustomerArchived, ExternalIdTaken, ProfileMismatch
from app.features.customers.repository import (
    CustomerRepository,
    KnownRepository,
    OrganizationProfileRepository,
    PartRepository,
    PersonProfileRepository,
)
from app.features.customers.service.customers import ARCHIVED, CustomerService
from app.features.customers.service.parts import OrganizationProfileService, PartService

PROFILES: Final[Mapping[str, type[Record]]] = {
    "person_profile": PersonProfile,
    "organization_profile": OrganizationProfile,
}
PARTS: Final[Mapping[type[Record], type[PartRepository]]] = {
    PersonProfile: PersonProfileRepository,
    OrganizationProfile: OrganizationProfileRepository,
}
SERVICES: Final[Mapping[type[Record], type[PartService]]] = {
    PersonProfile: PartService,
    OrganizationProfile: OrganizationProfileService,
}
Incoming = Mapping[UUID, Mapping[str, Any]]


@dataclass(slots=True)
class Comparison:
    """How what comes in differs from a known customer: by record and member, or why it may not.

    `before` is each record as it was opened.
    """

    changes: dict[type[Record], dict[str, Any]] = field(default_factory=dict)
    before: dict[type[Record], Opened] = field(default_factory=dict)
    problem: Problem | None = None


class KnownService:
    """Compares with known customers, and brings them up to date."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.known = KnownRepository(work)

    async def compare(self, incoming: Incoming) -> dict[UUID, Comparison]:
        """Hold what comes in against what is stored; what did not come is left alone."""
        found = {customer_id: Comparison() for customer_id in incoming}
        stored = await self._compare(Customer, _own(incoming), found)
        for name, record in PROFILES.items():
            given = {one: values[name] for one, values in incoming.items() if values.get(name)}
            profiles = await self._compare(record, given, found)
            for customer_id in given.keys() - profiles.keys():
                found[customer_id].problem = ProfileMismatch()
        for customer_id, comparison in found.items():
            comparison.problem = _refusal(stored.get(customer_id), comparison)
        return found

    async def seen(self, ids: Sequence[UUID]) -> dict[UUID, dict[type[Record], Opened]]:
        """Open customers with their profiles, as far as the actor reaches and sees them."""
        found: dict[UUID, dict[type[Record], Opened]] = {}
        records: tuple[type[Record], ...] = (Customer, *PROFILES.values())
        for record in records:
            policy = self.work.actor.policy
            names = frozenset(n for n, e in record.fields.items() if _is_seen(policy, e))
            if not ids or not is_seen(record, policy):
                continue
            for customer_id, opened in (await self.known.opened(record, ids, names)).items():
                found.setdefault(customer_id, {})[record] = opened
        return found

    async def reached(self, ids: Sequence[UUID]) -> set[str]:
        """Return those of the ids that the actor reaches."""
        return await CustomerRepository(self.work).within_reach(ids)

    async def bring_up_to_date(self, customer_id: UUID, comparison: Comparison) -> None:
        """Change what differs, each record with a line of its own."""
        for record, values in comparison.changes.items():
            self.work.next_line()
            if record is Customer:
                await CustomerService(self.work).change(customer_id, ANY_STATE, values)
            else:
                ids = Ids(customer_id, customer_id)
                await SERVICES[record](self.work, PARTS[record]).change(ids, ANY_STATE, values)

    async def _compare(
        self, record: type[Record], incoming: Incoming, found: Mapping[UUID, Comparison]
    ) -> dict[UUID, Mapping[str, Any]]:
        """Note what differs; returns what is stored within reach."""
        names = self._guards(record).union(*incoming.values())
        opened = await self.known.opened(record, list(incoming), names)
        stored: dict[UUID, Mapping[str, Any]] = {
            customer_id: one.stored for customer_id, one in opened.items()
        }
        for customer_id, before in stored.items():
            new = incoming[customer_id]
            differing = {name: new[name] for name in new if _differs(before.get(name), new[name])}
            if differing:
                found[customer_id].changes[record] = differing
            found[customer_id].before[record] = opened[customer_id]
        return stored

    def _guards(self, record: type[Record]) -> frozenset[str]:
        """Return what decides whether a change is allowed, as far as the actor sees it."""
        status = record.fields.get("status")
        is_seen = status and self.work.actor.policy.on_read(status) is not Decision.HIDE
        return frozenset({"status"}) if is_seen else frozenset()


def _is_seen(policy: Policy, entry: Field) -> bool:
    return policy.on_read(entry) is not Decision.HIDE


def _own(incoming: Incoming) -> dict[UUID, dict[str, Any]]:
    """Return what belongs to the master record."""
    return {
        one: {name: value for name, value in values.items() if name in Customer.fields}
        for one, values in incoming.items()
    }


def _refusal(stored: Mapping[str, Any] | None, comparison: Comparison) -> Problem | None:
    """Return why a customer may not be changed; a person stays a person."""
    if stored is None:
        return ExternalIdTaken()
    if "kind" in comparison.changes.get(Customer, {}):
        return ProfileMismatch()
    if comparison.changes and stored.get("status") == ARCHIVED:
        return CustomerArchived()
    return comparison.problem


def _differs(stored: Any, new: Any) -> bool:
    """Compare by wire form, in which sealed values are stored."""
    return bool(_wire(stored) != _wire(new))


def _wire(value: Any) -> Any:
    return value if value is None or isinstance(value, dict | list | int) else str(value)
