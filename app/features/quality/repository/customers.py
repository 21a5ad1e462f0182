"""What is measured of customers: their own rows and those of their profiles, opened whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, or_, select

from app.core.clock import now
from app.core.permissions import Permission
from app.core.problems import NotFound
from app.core.projections import Opened, is_seen
from app.core.reading import Question, the_row
from app.core.records import Record
from app.core.statements import Statement, any_of
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.quality.measuring import Subject

PROFILES: Final[tuple[type[Record], ...]] = (PersonProfile, OrganizationProfile)
RECORDS: Final[tuple[type[Record], ...]] = (Customer, *PROFILES)
CUSTOMERS: Final = Customer.table.c
LIVE: Final = or_(*(CUSTOMERS.status == one for one in ("prospect", "active", "inactive")))
TOUCHED: Final = Statement(
    "select customer_id, touched from customer_quality where customer_id = any($1)", ("ids",), {}
)


def _of_many(record: type[Record]) -> Question:
    columns = record.table.c
    live = [LIVE] if record is Customer else []
    return Question(record, lambda asked: asked.where(columns.customer_id == any_of("ids"), *live))


MANY: Final = {record: _of_many(record) for record in RECORDS}
ONE: Final = Question(
    Customer,
    lambda asked: asked.where(*the_row(Customer), CUSTOMERS.status != "merged"),
    act=Permission.QUALITY_READ,
)
OWNER_IS_THERE: Final = exists(
    select(1).where(CUSTOMERS.customer_id == bindparam("customer_id", type_=Uuid), LIVE)
).correlate(None)


def _profile(record: type[Record]) -> Question:
    return Question(record, lambda asked: asked.where(*the_row(record), OWNER_IS_THERE))


PROFILE: Final[Mapping[type[Record], Question]] = {record: _profile(record) for record in PROFILES}


class MeasuredRepository:
    """Opens what is measured; nothing of it is disclosed by that."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def subjects(self, ids: Sequence[UUID]) -> dict[UUID, Subject]:
        """Return those of these customers that are live, whole."""
        found: dict[UUID, dict[str, dict[str, Any]]] = {}
        for record in RECORDS:
            for opened in await self._work.open_many(MANY[record], {"ids": [*ids]}, None):
                if record is Customer:
                    found[opened.customer_id] = {}
                if opened.customer_id in found:
                    found[opened.customer_id][record.resource] = opened.stored
        touched = await self.touched(ids)
        self._forget()
        return {one: _subject(values, touched.get(one, {})) for one, values in found.items()}

    async def one(self, customer_id: UUID) -> tuple[Opened, Subject]:
        """Return a customer as far as the actor sees it; raises NotFound."""
        params = {"customer_id": customer_id, "row_id": customer_id}
        opened = await self._work.open(ONE, params)
        if opened is None:
            raise NotFound
        values = {Customer.resource: opened.stored}
        for record in PROFILES:
            if is_seen(record, self._work.actor.policy):
                values |= await self._profile(record, params)
        touched = await self.touched([customer_id])
        self._forget()
        return opened, _subject(values, touched.get(customer_id, {}))

    async def touched(self, ids: Sequence[UUID]) -> dict[UUID, dict[str, datetime]]:
        """Return when the groups of customers were changed, as far as that is known."""
        rows = await self._work.fetch(TOUCHED, {"ids": [*ids]})
        return {
            row[0]: {group: datetime.fromisoformat(at) for group, at in row[1].items()}
            for row in rows
        }

    async def _profile(self, record: type[Record], params: dict[str, Any]) -> dict[str, Any]:
        opened = await self._work.open(PROFILE[record], params)
        return {record.resource: opened.stored} if opened else {}

    def _forget(self) -> None:
        """Take off the line what was opened: no value of it leaves."""
        self._work.line.shown.clear()
        self._work.line.subjects.clear()


def _subject(values: dict[str, dict[str, Any]], touched: dict[str, datetime]) -> Subject:
    return Subject(values, {**_first_known(values), **touched, "measured": now()})


def _first_known(values: dict[str, dict[str, Any]]) -> dict[str, datetime]:
    """Take a group to be as old as its record, where nobody has noted it."""
    known: dict[str, datetime] = {}
    for record in RECORDS:
        at = values.get(record.resource, {}).get("updated_at")
        if at is not None:
            names = {entry.group.name for entry in record.fields.values() if not entry.owned}
            known |= {name: max(at, known.get(name, at)) for name in names}
    return known
