"""Merging: what a feature needs that makes one customer of several, and takes it back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.access import Policy
from app.core.fields import Field
from app.core.permissions import Permission
from app.core.problems import NotFound, NotPermitted
from app.core.projections import Opened
from app.core.records import RESOURCES, Record
from app.core.repository import ANY_STATE, Ids
from app.core.views import OPTIONS, etag_of
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.models.groups import OWNERSHIP
from app.features.customers.repository import (
    ContactPointRepository,
    CustomerRepository,
    HistoryRepository,
)
from app.features.customers.repository.carrying import End, Part, PartsRepository, carried
from app.features.customers.repository.history import Kept, from_kept
from app.features.customers.repository.merging import PROFILES, MergingRepository
from app.features.customers.repository.pairs import PairRepository

MERGED: Final = "merged"


@dataclass(slots=True)
class Side:
    """One of the customers: its master record and its profile, opened whole."""

    customer: Opened
    profile: Opened
    kept: dict[str, list[Kept]] = field(default_factory=dict)

    @property
    def customer_id(self) -> UUID:
        """Whose side it is."""
        return self.customer.customer_id

    @property
    def end(self) -> End:
        """Whence its parts come, or whither they go."""
        return End(self.customer_id, self.customer.key)

    @property
    def kind(self) -> str:
        """Person or organisation."""
        return str(self.customer.stored["kind"])

    @property
    def status(self) -> str:
        """Where the record stands."""
        return str(self.customer.stored["status"])

    @property
    def etag(self) -> str:
        """The state of master record and profile as the actor sees them."""
        return etag_of({**self.customer.values, "profile": self.profile.values})

    def of(self, entry: Field) -> Opened:
        """Return the row that a field stands in."""
        return self.customer if entry.home == Customer.resource else self.profile

    def stored(self, entry: Field) -> Any:
        """Return a value as it goes over the wire."""
        return wire(self.of(entry).stored.get(entry.name))

    def shown(self, entry: Field) -> Any:
        """Return a value as the actor may see it."""
        return wire(self.of(entry).values.get(entry.name))

    def since(self, entry: Field) -> datetime:
        """Return when the value came, as far as the history goes."""
        row, now_is = self.of(entry), self.shown(entry)
        for kept in reversed(self.kept.get(entry.home, [])):
            if wire(kept.values.get(entry.name)) != now_is:
                return kept.ended_at
        since: datetime = row.stored["created_at"]
        return since


class MergingService:
    """Opens, changes and carries what belongs to customers that become one."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.records = MergingRepository(work)
        self.parts = PartsRepository(work)
        self.subjects: list[str] = []
        self.detail: dict[str, Any] = {}

    def begin_line(self) -> None:
        """Begin a further line, which names all sides and the merge."""
        self.work.next_line()
        self.work.line.note_subjects(self.subjects)
        self.work.line.detail.update(self.detail)

    async def side(self, customer_id: UUID) -> Side:
        """Open one side; raises NotFound out of reach, NotPermitted without all it takes."""
        ids = Ids(customer_id, customer_id)
        _require_whole(self.work.actor.policy)
        customer = await self.records.open(ids)
        _require_whole(customer.policy.standing)
        profile = await PROFILES[customer.stored["kind"]](self.work).open(ids)
        return Side(customer, profile)

    async def living(self, customer_id: UUID) -> Side:
        """Open a side that is not merged itself; else it is not there: raises NotFound."""
        side = await self.side(customer_id)
        if side.status == MERGED:
            raise NotFound
        return side

    async def remember(self, side: Side) -> None:
        """Fetch what the side was, to tell since when it holds its values."""
        history = HistoryRepository(self.work)
        for record in records_of(side.kind):
            ids = Ids(side.customer_id, side.customer_id)
            side.kept[record.resource] = await history.kept(record, ids, side.customer.policy)

    async def set_merged(self, side: Side, into: UUID | None, status: str = MERGED) -> None:
        """Change the status of a side by the ordinary way, and what it is merged into."""
        self.records.into = into
        self.begin_line()
        ids = Ids(side.customer_id, side.customer_id)
        await self.records.change(ids, ANY_STATE, {}, status=status)

    async def change(self, side: Side, values: Mapping[Field, Any]) -> None:
        """Change the fields of a survivor by the ordinary way, each record on a line of its own."""
        ids = Ids(side.customer_id, side.customer_id)
        for record in records_of(side.kind):
            own = {e.name: as_stored(e, v) for e, v in values.items() if e.home == record.resource}
            if own:
                self.begin_line()
                rows = CustomerRepository if record is Customer else PROFILES[side.kind]
                await rows(self.work).change(ids, ANY_STATE, own)

    async def parts_of(self, side: Side) -> list[Part]:
        """Return all parts of a side."""
        return [part for record in carried() for part in await self.parts.of(side.end, record)]

    async def add_contact(self, side: Side, values: Mapping[str, Any]) -> str:
        """Add a contact point to a survivor by the ordinary way; returns its id."""
        self.begin_line()
        shown = await ContactPointRepository(self.work).add(side.customer_id, values)
        return str(shown.values["contact_point_id"])

    async def drop_contact(self, side: Side, row_id: UUID) -> None:
        """Remove a contact point of a survivor by the ordinary way."""
        self.begin_line()
        await ContactPointRepository(self.work).remove(Ids(side.customer_id, row_id), ANY_STATE)

    async def settle(self, one: UUID, other: UUID, status: str) -> dict[str, Any]:
        """Say what two records are to each other: `merged`, or `not_duplicate`."""
        return await PairRepository(self.work).settle(one, other, status)


def records_of(kind: str) -> tuple[type[Record], type[Record]]:
    """Return the records that make up a side."""
    return Customer, PROFILES[kind].record


def choosable(kind: str) -> Iterator[Field]:
    """Return the fields that a merge decides on; owner and department stay the survivor's."""
    for record in records_of(kind):
        for entry in record.fields.values():
            if not (entry.owned or entry.fixed or entry.group is OWNERSHIP):
                yield entry


def wire(value: Any) -> Any:
    """Return a value as JSON has it."""
    return orjson.loads(orjson.dumps(value, default=str, option=OPTIONS))


def as_stored(entry: Field, value: Any) -> Any:
    """Return a value of the wire as it is stored."""
    return value if entry.is_sealed else from_kept(entry.kind, value)


def _require_whole(policy: Policy) -> None:
    """Ask for everything of both: then nothing hidden can be lost, moved or told by a merge."""
    held = policy.allows(Permission.CUSTOMERS_MERGE)
    entries = (e for record in RESOURCES.values() for e in record.fields.values() if not e.owned)
    if not (held and all(policy.may_write(entry) for entry in entries)):
        raise NotPermitted
