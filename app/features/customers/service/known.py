"""Known customers: what comes in again is held against what is stored; differences are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.core.access import Decision
from app.core.problems import Problem
from app.core.records import Record
from app.core.repository import ANY_STATE, Ids
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.problems import CustomerArchived, ExternalIdTaken, ProfileMismatch
from app.features.customers.repository import (
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
    """How what comes in differs from a known customer: by record and member, or why it may not."""

    changes: dict[type[Record], dict[str, Any]] = field(default_factory=dict)
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
        stored = await self.known.stored(record, list(incoming), names)
        for customer_id, before in stored.items():
            new = incoming[customer_id]
            differing = {name: new[name] for name in new if _differs(before.get(name), new[name])}
            if differing:
                found[customer_id].changes[record] = differing
        return stored

    def _guards(self, record: type[Record]) -> frozenset[str]:
        """Return what decides whether a change is allowed, as far as the actor sees it."""
        status = record.fields.get("status")
        is_seen = status and self.work.actor.policy.on_read(status) is not Decision.HIDE
        return frozenset({"status"}) if is_seen else frozenset()


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
