"""Known customers, many at a time, to be held against what comes in."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from app.core.projections import Opened
from app.core.reading import Question
from app.core.records import Record
from app.core.statements import any_of
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile


def _of_customers(record: type[Record]) -> Question:
    return Question(record, lambda asked: asked.where(record.table.c.customer_id == any_of("ids")))


QUESTIONS: Final[Mapping[type[Record], Question]] = {
    record: _of_customers(record) for record in (Customer, PersonProfile, OrganizationProfile)
}


class KnownRepository:
    """Opens customers and profiles within reach by their ids."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def opened(
        self, record: type[Record], ids: Sequence[UUID], names: frozenset[str]
    ) -> dict[UUID, Opened]:
        """Return the records by customer, as far as the actor reaches and sees."""
        if not ids:
            return {}
        opened = await self.work.open_many(QUESTIONS[record], {"ids": list(ids)}, names)
        return {one.customer_id: one for one in opened}
