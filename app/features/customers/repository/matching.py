"""Matching: known customers by what they carry, and whether anybody has changed them since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Select, Uuid, bindparam, select, union_all

from app.core.records import HISTORY, RESOURCES
from app.core.statements import any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

CUSTOMERS: Final = Customer.table
ARCHIVED: Final = compile_statement(
    select(CUSTOMERS.c.customer_id).where(
        CUSTOMERS.c.customer_id == any_of("ids"), CUSTOMERS.c.status == "archived"
    )
)
LOCK: Final = compile_statement(
    select(CUSTOMERS.c.customer_id)
    .where(CUSTOMERS.c.customer_id == any_of("ids"))
    .order_by(CUSTOMERS.c.customer_id)
    .with_for_update()
)


class MatchingRepository:
    """Answers for many customers at once, whoever reaches them: the caller shows none of it."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def archived(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return those that are put away."""
        if not ids:
            return set()
        return {row[0] for row in await self._work.fetch(ARCHIVED, {"ids": list(ids)})}

    async def lock(self, ids: Sequence[UUID]) -> None:
        """Hold customers to the end of the transaction, always in the same order."""
        if ids:
            await self._work.fetch(LOCK, {"ids": list(ids)})

    async def touched(self, customer_id: UUID, since: datetime) -> bool:
        """Whether any row of a customer was written, changed or removed after a moment."""
        params = {"customer_id": customer_id, "since": since}
        return bool(await self._work.fetch(TOUCHED, params))


def _touched() -> list[Select[Any]]:
    customer_id = bindparam("customer_id", type_=Uuid)
    since = bindparam("since", type_=DateTime(timezone=True))
    asked: list[Select[Any]] = [
        select(record.table.c.customer_id).where(
            record.table.c.customer_id == customer_id, record.table.c.updated_at > since
        )
        for record in RESOURCES.values()
    ]
    kept = select(HISTORY.c.customer_id).where(
        HISTORY.c.customer_id == customer_id, HISTORY.c.ended_at > since
    )
    return [*asked, kept]


TOUCHED: Final = compile_statement(union_all(*_touched()).limit(1))
