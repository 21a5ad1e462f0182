"""Sharing grants within the actor's own reach; what is lent to the actor does not widen it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)

from app.core.access import Policy
from app.core.lending import SHARING_GRANTS
from app.core.permissions import Permission
from app.core.reach import within_reach
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

TABLE: Final = SHARING_GRANTS
COLUMNS: Final = tuple(TABLE.c)
NARROWING: Final = ("customer_id", "department_id")
PLACE: Final = (TABLE.c.made_at, TABLE.c.sharing_grant_id)
INSERT: Final = compile_statement(
    insert(TABLE).values({c.name: bindparam(c.name) for c in COLUMNS})
)
END: Final = compile_statement(
    update(TABLE)
    .where(
        TABLE.c.customer_id == bindparam("of_customer", type_=Uuid),
        TABLE.c.sharing_grant_id == bindparam("grant_id", type_=Uuid),
        TABLE.c.ended_at.is_(None),
        TABLE.c.until > func.now(),
    )
    .values(
        ended_at=bindparam("at", type_=DateTime(timezone=True)),
        ended_by=bindparam("by", type_=Uuid),
    )
    .returning(TABLE.c.sharing_grant_id)
)
DEPARTMENT: Final = compile_statement(
    select(Customer.table.c.department_id).where(
        Customer.table.c.customer_id == bindparam("customer_id", type_=Uuid)
    )
)


class SharingRepository:
    """Writes, lists and ends what is lent."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def department_of(self, customer_id: UUID) -> UUID:
        """Return the department of a customer that is known to be there."""
        rows = await self.work.fetch(DEPARTMENT, {"customer_id": customer_id})
        found: UUID = rows[0][0]
        return found

    async def add(self, values: Mapping[str, Any]) -> None:
        """Write a grant, in the change that is under way."""
        await self.work.fetch(INSERT, {**dict.fromkeys(TABLE.c.keys()), **values})

    async def find(self, sharing_grant_id: UUID) -> dict[str, Any] | None:
        """Return a grant of a customer within reach."""
        statement = _listed(self.work.actor.policy, ("sharing_grant_id",), continued=False)
        rows = await self.work.fetch(statement, {"sharing_grant_id": sharing_grant_id, "most": 1})
        return dict(rows[0]) if rows else None

    async def end(self, grant: Mapping[str, Any], at: Any) -> bool:
        """End a grant that counts still, in the change that is under way."""
        params = {
            "of_customer": grant["customer_id"],
            "grant_id": grant["sharing_grant_id"],
            "at": at,
            "by": self.work.actor.actor_id,
        }
        return bool(await self.work.fetch(END, params))

    async def page(
        self, narrowed: Mapping[str, UUID], after: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """Return grants of customers within reach, newest first."""
        statement = _listed(self.work.actor.policy, tuple(sorted(narrowed)), continued=bool(after))
        rows = await self.work.fetch(statement, {**narrowed, **after, "most": most})
        return [dict(row) for row in rows]


@remembered(256)
def _listed(policy: Policy, narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    current = (TABLE.c.ended_at.is_(None) & (TABLE.c.until > func.now())).label("is_current")
    asked: Select[Any] = select(*COLUMNS, current).select_from(TABLE)
    for name in narrowed:
        asked = asked.where(TABLE.c[name] == bindparam(name, type_=Uuid))
    if continued:
        last = tuple_(
            bindparam("made_at", type_=DateTime(timezone=True)), bindparam("last_id", type_=Uuid)
        )
        asked = asked.where(tuple_(*PLACE) < last)
    asked = within_reach(asked, TABLE, policy, policy.allowed(Permission.CUSTOMERS_SHARE))
    asked = asked.order_by(*(column.desc() for column in PLACE))
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
