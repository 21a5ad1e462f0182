"""Opening records: from an input with all its parts to drafts, one way for HTTP, batch and load."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.core.access import Policy
from app.core.clock import new_id, now, today
from app.core.projections import project
from app.core.reach import mask_of
from app.core.records import Record
from app.core.repository import require_writable
from app.core.sealing import Sealing, WrappedKey
from app.core.standards import standards
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.core.writing import Draft, stamps
from app.features.customers.models import (
    Address,
    ContactPoint,
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
)
from app.features.customers.problems import (
    DepartmentNotAvailable,
    ExternalIdTaken,
    ParentNotAvailable,
    ProfileMismatch,
)
from app.features.customers.repository import OpeningRepository
from app.features.customers.repository.customers import derive_names
from app.features.customers.repository.doubles import Double, told
from app.features.customers.repository.opening import ClaimsTaken, claim_digest
from app.features.customers.service.contact_values import checked_contact
from app.features.customers.service.customers import require_reachable
from app.features.customers.service.referring import (
    owned_by_opener,
    parents_in,
    require_owner,
    unfounded,
)
from app.features.customers.service.standards import require_standards

PROFILES: Final[Mapping[str, tuple[str, type[Record]]]] = {
    "person": ("person_profile", PersonProfile),
    "organization": ("organization_profile", OrganizationProfile),
}
LISTS: Final[Mapping[str, type[Record]]] = {
    "contact_points": ContactPoint,
    "addresses": Address,
    "external_ids": ExternalId,
}
CHECKED: Final[Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]]] = {
    "contact_points": checked_contact
}


@dataclass(slots=True)
class Opening:
    """A customer about to be opened: its key and the drafts of all its rows, its own first."""

    customer_id: UUID
    wrapped: WrappedKey
    drafts: list[Draft]
    claims: list[tuple[UUID, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def stored(self) -> dict[str, Any]:
        """The stored values of the customer's own row."""
        return self.drafts[0].values

    def seal(self, sealing: Sealing) -> None:
        """Seal and digest everything ahead of the writing, while that waits for the database."""
        for draft in self.drafts:
            draft.row()
            draft.pairs(sealing)
            draft.match_keys(sealing)


class OpeningService:
    """Opens customers."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.openings = OpeningRepository(work)

    async def create(self, values: Mapping[str, Any]) -> Shown:
        """Open one customer; a phone known already makes it a possible double, no refusal."""
        try:
            await standards(self.work)
            opening = self.prepare(values)
            if await self.orphans([opening]):
                raise ParentNotAvailable
            (shown,) = await self.write([opening])
        except ClaimsTaken:
            raise ExternalIdTaken from None
        return shown

    def prepare(self, values: Mapping[str, Any]) -> Opening:
        """Turn checked values into drafts; raises ProfileMismatch, and what is not available."""
        sealing, actor = self.work.platform.sealing, self.work.actor
        own = {name: value for name, value in values.items() if name in Customer.fields}
        department_id = own.get("department_id") or actor.department_id
        if department_id is None:
            raise DepartmentNotAvailable
        require_reachable(self.work, department_id)
        own |= owned_by_opener(actor)
        require_owner(self.work, own.get("owner_id"))
        customer_id = new_id()
        key, wrapped = sealing.new_key(customer_id)
        owned, internal = derive_names(own, sealing)
        common = {"customer_id": customer_id, **stamps(now(), actor.actor_id)}
        stored = {**own, **owned, **common, "department_id": department_id, "status": "active"}
        stored["last_follow_up_on"] = today(self.work.platform.zone)
        self._require_granted(stored, values)
        opening = Opening(customer_id, wrapped, [])
        opening.drafts.append(Draft(Customer, customer_id, customer_id, key, stored, internal))
        self._add_profile(opening, values, common)
        self._add_lists(opening, values, common)
        require_standards(self.work, self._granted(stored), opening.drafts[:2])
        return opening

    async def orphans(self, openings: Iterable[Opening]) -> set[UUID]:
        """Return those that name a parent company which is not there for the actor."""
        drafts = [draft for opening in openings for draft in opening.drafts]
        return await unfounded(self.work, parents_in(drafts))

    async def write(self, openings: Sequence[Opening]) -> list[Shown]:
        """Write the openings in one transaction, and show them; raises ClaimsTaken."""
        views = [project(Customer, self._granted(one.stored), None) for one in openings]
        for projection in dict.fromkeys(views):
            self.work.note((), Customer.resource, projection.disclosed)
        doubles = await self.store(openings)
        return [
            Shown(
                projection.of_values(opening.stored),
                extra=told(doubles.get(opening.customer_id, ())),
                location=f"/v1/customers/{opening.customer_id}",
            )
            for projection, opening in zip(views, openings, strict=True)
        ]

    async def store(self, openings: Sequence[Opening]) -> Mapping[UUID, Sequence[Double]]:
        """Write the openings in one transaction; returns possible doubles, raises ClaimsTaken."""
        drafts = [draft for opening in openings for draft in opening.drafts]
        doubles = await self.openings.doubles(drafts, self.work.platform.sealing)
        self.work.line.note_subjects([str(opening.customer_id) for opening in openings])
        self.work.line.changed.update(dict.fromkeys(_sent(drafts)))
        await self.openings.open(
            {opening.customer_id: opening.wrapped for opening in openings},
            drafts,
            [entry for opening in openings for entry in opening.claims],
            doubles,
        )
        return doubles

    async def store_free(self, openings: Sequence[Opening]) -> set[UUID]:
        """Write those whose ids are free, in one transaction; returns the customers left out."""
        left = {opening.customer_id: opening for opening in openings}
        out: set[UUID] = set()
        while True:
            try:
                await self.store(list(left.values()))
            except ClaimsTaken as taken:
                out |= taken.customers
                for customer_id in taken.customers:
                    del left[customer_id]
                    self.work.line.subjects.pop(str(customer_id), None)
            else:
                return out

    async def owners(self, claims: Sequence[Mapping[str, Any]]) -> list[UUID | None]:
        """Return, in the order asked, the customers that hold these ids of other systems."""
        return await self.openings.owners(claims)

    def claim_of(self, opening: Opening) -> bytes | None:
        """Return the keyed hash of what a new customer claims, if it claims anything."""
        claimed = [values for _, values in opening.claims]
        return claim_digest(self.work.platform.sealing, claimed[0]) if claimed else None

    def _granted(self, stored: Mapping[str, Any]) -> Policy:
        """Return what is granted for a customer with these values."""
        policy = self.work.actor.policy
        return policy.of_rows(mask_of(policy, stored, self.work.actor))

    def _require_granted(self, stored: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Hold a new customer against what is granted for one like it; raises FieldReadOnly."""
        if not self.work.actor.policy.parts:
            return
        granted = self._granted(stored)
        own = {name: value for name, value in values.items() if name in Customer.fields}
        require_writable(Customer, granted, own)
        for name, record in {**dict(PROFILES.values()), **LISTS}.items():
            sent = values.get(name) or ()
            for row in [sent] if isinstance(sent, Mapping) else sent:
                require_writable(record, granted, row)

    def _add_profile(
        self, opening: Opening, values: Mapping[str, Any], common: Mapping[str, Any]
    ) -> None:
        """Give the customer the profile of its kind, empty if need be."""
        name, record = PROFILES[opening.stored["kind"]]
        for other, _ in PROFILES.values():
            if other != name and values.get(other):
                raise ProfileMismatch
        self._add(opening, record, {**(values.get(name) or {}), **common}, opening.customer_id)

    def _add_lists(
        self, opening: Opening, values: Mapping[str, Any], common: Mapping[str, Any]
    ) -> None:
        for name, record in LISTS.items():
            check = CHECKED.get(name)
            for place, given in enumerate(values.get(name) or ()):
                row = check(given, f"/{name}/{place}") if check else dict(given)
                row_id = new_id()
                self._add(opening, record, {**row, **common, record.key: row_id}, row_id)
                if record is ExternalId:
                    opening.claims.append((opening.customer_id, row))

    def _add(
        self, opening: Opening, record: type[Record], stored: dict[str, Any], row_id: UUID
    ) -> None:
        key = opening.drafts[0].key
        opening.drafts.append(Draft(record, opening.customer_id, row_id, key, stored))


def _sent(drafts: Iterable[Draft]) -> list[str]:
    """Return the names that came with any of the drafts, but for those the service owns."""
    found: dict[type[Record], dict[str, Any]] = {}
    for draft in drafts:
        found.setdefault(draft.record, {}).update(draft.values)
    return [
        name for record, sent in found.items() for name in sent if not record.fields[name].owned
    ]
