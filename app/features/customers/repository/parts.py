"""Questions and changes of what a customer owns: profiles, contact points, addresses, links."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Date, Integer, LargeBinary, Uuid, any_, bindparam, delete, exists, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.clock import new_id, now, today
from app.core.filters import Branch, Leaf, Node
from app.core.moving import move
from app.core.permissions import Permission
from app.core.problems import NotFound, TooLarge
from app.core.projections import Opened, project
from app.core.reading import Question, the_row
from app.core.records import CLAIMS, Record
from app.core.repository import ANY_STATE, Ids, Repository, Values, require_writable
from app.core.statements import compile_statement
from app.core.views import Shown
from app.core.writing import Draft, insert_drafts, stamps
from app.features.customers.models import (
    Address,
    ContactPoint,
    Customer,
    ExternalId,
    Note,
    OrganizationProfile,
    PersonProfile,
    Relationship,
)
from app.features.customers.problems import ExternalIdTaken
from app.features.customers.repository.customers import CustomerRepository
from app.features.customers.repository.doubles import DoubleRepository, pair_params, told
from app.features.customers.repository.opening import claim, keep_pairs
from app.features.customers.repository.standards import require_met

# What one answer may bring along of one part; who asks for more lists it page by page.
MOST_ROWS = 2000
CUSTOMERS: Final = Customer.table
THERE: Final = "select 1 from customers where customer_id = $1 and status <> 'merged' for key share"


class PartRepository(Repository):
    """The rows that belong to one customer."""

    record: ClassVar[type[Record]]
    OF_MANY: ClassVar[Question]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        record, table = cls.record, cls.record.table
        cls.OF_MANY = Question(
            record,
            lambda asked: (
                asked.where(table.c.customer_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
                .order_by(table.c.customer_id, table.c[record.key])
                .limit(bindparam("most", type_=Integer))
            ),
        )

    @staticmethod
    def of(customer_id: UUID) -> Node:
        """Narrow a list to one customer."""
        return Branch("all", (Leaf("customer_id", "eq", customer_id),))

    async def of_many(self, ids: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of many customers by their ids; raises TooLarge beyond what fits."""
        found: dict[str, list[dict[str, Any]]] = {str(one): [] for one in ids}
        rows = await self.work.read(self.OF_MANY, {"ids": list(ids), "most": MOST_ROWS + 1})
        if len(rows) > MOST_ROWS:
            raise TooLarge
        for values in rows:
            found[values["customer_id"]].append(values)
        return found

    async def add(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Add a row to a customer within reach; raises NotFound, FieldReadOnly."""
        self.require_writable(values)
        owner = await CustomerRepository(self.work).key_of(customer_id)
        require_writable(self.record, owner.policy, values)
        stored = {
            **values,
            "customer_id": customer_id,
            self.record.key: new_id(),
            **stamps(now(), self.work.actor.actor_id),
        }
        draft = Draft(self.record, customer_id, stored[self.record.key], owner.key, stored)
        shown = project(self.record, owner.policy, None)
        self.work.note([str(customer_id)], self.record.resource, shown.disclosed)
        await self._insert(draft, values)
        return Shown(shown.of_values(stored), extra=self.found)

    async def _insert(self, draft: Draft, values: Mapping[str, Any]) -> None:
        sealing = self.work.platform.sealing
        pairs = [(digest, kind) for digest, kind, *_ in draft.lookups(sealing)]
        doubles = await DoubleRepository(self.work).of(draft.customer_id, pairs)
        self.work.line.note_subjects([str(draft.customer_id)])
        self.work.line.changed.update(dict.fromkeys(values))
        async with self.work.changing() as connection:
            await require_there(connection, draft.customer_id)
            await self.before_insert(connection, draft)
            await insert_drafts(connection, [draft], sealing)
            await keep_pairs(connection, {draft.customer_id: doubles})
        self.found = told(doubles) if pairs else {}

    async def before_insert(self, connection: Any, draft: Draft) -> None:
        """Do what has to come before the row, in its transaction."""

    async def doubles(self, draft: Draft, moved: Mapping[str, Any]) -> dict[str, Any]:
        """Look who else carries the new value."""
        come = zip(moved["come_hashes"], moved["come_kinds"], strict=True)
        doubles = await DoubleRepository(self.work).of(draft.customer_id, come)
        self.found = told(doubles)
        return pair_params(doubles)


async def require_there(connection: Any, customer_id: UUID) -> None:
    """Hold a customer so that it is not merged while it gets a new part; raises NotFound."""
    if not await connection.fetch(THERE, customer_id):
        raise NotFound


def _of_unmerged(record: type[Record]) -> Question:
    """Ask for a profile, which stays behind with a merged customer, unless that has happened."""
    owner = CUSTOMERS.alias("owner")
    same = owner.c.customer_id == record.table.c.customer_id
    is_there = exists(select(1).where(same, owner.c.status != "merged").select_from(owner))
    return Question(record, lambda asked: asked.where(*the_row(record), is_there))


class PersonProfileRepository(PartRepository):
    """Person profiles."""

    record: ClassVar[type[Record]] = PersonProfile
    BY_ID: ClassVar[Question] = _of_unmerged(PersonProfile)

    async def _require_standards(self, opened: Opened, after: Values, written: Values) -> None:
        """Refuse what would break a rule; raises StandardNotMet."""
        await require_met(self.work, opened, PersonProfile, after, written)


class OrganizationProfileRepository(PartRepository):
    """Organisation profiles."""

    record: ClassVar[type[Record]] = OrganizationProfile
    BY_ID: ClassVar[Question] = _of_unmerged(OrganizationProfile)

    async def _require_standards(self, opened: Opened, after: Values, written: Values) -> None:
        """Refuse what would break a rule; raises StandardNotMet."""
        await require_met(self.work, opened, OrganizationProfile, after, written)


class ContactPointRepository(PartRepository):
    """Contact points."""

    record: ClassVar[type[Record]] = ContactPoint


class AddressRepository(PartRepository):
    """Addresses."""

    record: ClassVar[type[Record]] = Address


class NoteRepository(PartRepository):
    """Notes; one of the customer's owner follows the customer up."""

    record: ClassVar[type[Record]] = Note

    async def _insert(self, draft: Draft, values: Mapping[str, Any]) -> None:
        async with self.work.pinned():
            await super()._insert(draft, values)

    async def before_insert(self, connection: Any, draft: Draft) -> None:
        """Note the follow-up of the day, if there was none before."""
        del connection
        day, owner_id = today(self.work.platform.zone), self.work.actor.actor_id
        params = {"customer_id": draft.customer_id, "owner_id": owner_id, "day": day}
        if await self.work.fetch(NOT_FOLLOWED_UP, params):
            fresh = {"last_follow_up_on": day}
            await move(self.work, Customer, [draft.customer_id], fresh, draft.values["created_at"])


NOT_FOLLOWED_UP: Final = compile_statement(
    select(Customer.table.c.customer_id)
    .where(
        Customer.table.c.customer_id == bindparam("customer_id", type_=Uuid),
        Customer.table.c.owner_id == bindparam("owner_id", type_=Uuid),
        Customer.table.c.last_follow_up_on.is_distinct_from(bindparam("day", type_=Date)),
    )
    .with_for_update()
)


class ExternalIdRepository(PartRepository):
    """Ids in other systems, each claimed once over all customers."""

    record: ClassVar[type[Record]] = ExternalId

    async def before_insert(self, connection: Any, draft: Draft) -> None:
        """Claim the id first; raises ExternalIdTaken."""
        sealing = self.work.platform.sealing
        taken = await claim(connection, sealing, [(draft.customer_id, draft.values)])
        if taken:
            raise ExternalIdTaken

    async def remove(self, ids: Ids, seen: str) -> None:
        """Remove an id and give up its claim."""
        opened = await self.open(ids)
        system, value = opened.stored["system"], opened.stored["value"]
        digest = self.work.platform.sealing.blind("claim", f"{system}\n{value}")
        async with self.work.pinned():
            await super().remove(ids, seen)
            await self.work.fetch(GIVE_UP, {"hash": digest})


GIVE_UP = compile_statement(
    delete(CLAIMS).where(CLAIMS.c.hash == bindparam("hash", type_=LargeBinary))
)


class RelationshipRepository(PartRepository):
    """Relationships; each stands under both customers with the same id."""

    record: ClassVar[type[Record]] = Relationship

    async def tie(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Tie two customers within reach, as two rows that mirror each other."""
        self.require_writable(values)
        customers = CustomerRepository(self.work)
        near = await customers.key_of(customer_id)
        far = await customers.key_of(values["other_id"])
        for side in (near, far):
            require_writable(Relationship, side.policy, values)
        relationship_id, common = new_id(), stamps(now(), self.work.actor.actor_id)
        stored = {
            **values,
            **common,
            "customer_id": customer_id,
            "relationship_id": relationship_id,
            "direction": "outgoing",
        }
        mirror = {
            **stored,
            "customer_id": far.customer_id,
            "other_id": customer_id,
            "direction": "incoming",
        }
        drafts = [
            Draft(Relationship, customer_id, relationship_id, near.key, stored),
            Draft(Relationship, far.customer_id, relationship_id, far.key, mirror),
        ]
        shown = project(Relationship, near.policy, None)
        self.work.note([str(customer_id), str(far.customer_id)], "relationships", shown.disclosed)
        self.work.line.changed.update(dict.fromkeys(values))
        async with self.work.changing() as connection:
            for draft in drafts:
                await require_there(connection, draft.customer_id)
            await insert_drafts(connection, drafts, self.work.platform.sealing)
        return Shown(shown.of_values(stored))

    async def change(
        self,
        ids: Ids,
        seen: str,
        values: Mapping[str, Any],
        unless: Callable[[Mapping[str, Any]], None] | None = None,
        act: Permission | None = None,
        **owned: Any,
    ) -> Shown:
        """Change both rows of a relationship, each with its line."""
        shown = {}
        async with self.work.pinned():
            for side, state in await self._sides(ids, seen):
                self.work.next_line()
                shown[side] = await super().change(side, state, values, unless, act, **owned)
        return shown[ids]

    async def untie(self, ids: Ids, seen: str) -> None:
        """Remove both rows of a relationship, each with its line."""
        async with self.work.pinned():
            for side, state in await self._sides(ids, seen):
                self.work.next_line()
                await self.remove(side, state)

    async def _sides(self, ids: Ids, seen: str) -> list[tuple[Ids, str]]:
        """Return both rows in the order of their customers, so that nobody waits in a circle."""
        other_id = (await self.open(ids)).stored["other_id"]
        sides = [(ids, seen), (Ids(UUID(other_id), ids.row_id), ANY_STATE)]
        return sorted(sides, key=lambda side: side[0].customer_id)
