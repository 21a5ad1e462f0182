"""What taking and viewing rest on: how a customer stands, and what somebody has used up today.

Counters are counted up by one guarded statement each, whose row stays locked to the end of the
transaction: of any number at once no more than the limit pass.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam

from app.core.access import Policy
from app.core.pooling import Pool
from app.core.projections import is_seen
from app.core.reading import Question
from app.core.records import Record
from app.core.repository import by_id
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.customers.models import Address, ContactPoint, Customer

MOST_PARTS: Final = 200


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


def _counted(name: str, other: str) -> Statement:
    """Count one more of today's, as long as there are fewer than allowed."""
    return _ask(
        f"insert into pool_uses (user_id, pool_id, used_on, {name}, {other}) "  # noqa: S608
        "values ($1, $2, $3, 1, 0) on conflict (user_id, pool_id) do update set used_on = $3, "
        f"{name} = case when pool_uses.used_on = $3 then pool_uses.{name} + 1 else 1 end, "
        f"{other} = case when pool_uses.used_on = $3 then pool_uses.{other} else 0 end "
        f"where pool_uses.used_on <> $3 or pool_uses.{name} < $4 returning {name}",
        *("user_id", "pool_id", "day", "most"),
    )


TAKEN: Final = _counted("takes", "views")
VIEWED: Final = _counted("views", "takes")
VIEWS: Final = _ask(
    "select views from pool_uses where user_id = $1 and pool_id = $2 and used_on = $3",
    *("user_id", "pool_id", "day"),
)
FIRST_VIEW: Final = _ask(
    "insert into pool_views (customer_id, user_id, viewed_on) values ($1, $2, $3) "
    "on conflict (customer_id, user_id) do update set viewed_on = $3 "
    "where pool_views.viewed_on <> $3 returning customer_id",
    *("customer_id", "user_id", "day"),
)
LOCKED: Final = _ask(
    "select department_id, owner_id, pooled_at, last_follow_up_on, status from customers "
    "where customer_id = $1 for update",
    "customer_id",
)
HELD: Final = _ask(
    "select count(*) from customers where owner_id = $1 and department_id = any($2::uuid[]) "
    "and status not in ('archived', 'merged')",
    *("user_id", "departments"),
)
GIVEN_BACK: Final = _ask(
    "select returned_at from pool_returns where customer_id = $1 and user_id = $2",
    *("customer_id", "user_id"),
)
GIVE_BACK: Final = _ask(
    "insert into pool_returns (customer_id, user_id, returned_at, reason) "
    "select customer_id, user_id, $3, $4 from unnest($1::uuid[], $2::uuid[]) "
    "as gone (customer_id, user_id) on conflict (customer_id, user_id) "
    "do update set returned_at = excluded.returned_at, reason = excluded.reason",
    *("customers", "owners", "at", "reason"),
)
CUSTOMER: Final = by_id(Customer)


def _parts(record: type[Record]) -> Question:
    columns = record.table.c
    return Question(
        record,
        lambda asked: (
            asked.where(columns.customer_id == bindparam("customer_id", type_=Uuid))
            .order_by(columns[record.key])
            .limit(MOST_PARTS)
        ),
    )


PARTS: Final = {"contact_points": _parts(ContactPoint), "addresses": _parts(Address)}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands, whatever the actor sees of it."""

    department_id: UUID
    owner_id: UUID | None
    pooled_at: datetime | None
    last_follow_up_on: date | None
    status: str


class UseRepository:
    """Locks customers, counts what is used up, and reads what a view of contact data shows."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._user_id = work.actor.actor_id

    async def locked(self, customer_id: UUID) -> Standing:
        """Return how a customer that is known to be there stands, and keep it so."""
        rows = await self._work.fetch(LOCKED, {"customer_id": customer_id})
        return Standing(*rows[0])

    async def take(self, pool: Pool, day: date) -> int | None:
        """Count one more customer taken today; None when there were as many as allowed."""
        params = {"user_id": self._user_id, "pool_id": pool.pool_id, "day": day}
        rows = await self._work.fetch(TAKEN, {**params, "most": pool.takes_per_day})
        return int(rows[0][0]) if rows else None

    async def view(self, pool: Pool, customer_id: UUID, day: date) -> int | None:
        """Count a customer once a day; None when there were as many as allowed."""
        params = {"user_id": self._user_id, "pool_id": pool.pool_id, "day": day}
        first = await self._work.fetch(FIRST_VIEW, {**params, "customer_id": customer_id})
        if not first:
            rows = await self._work.fetch(VIEWS, params)
            return int(rows[0][0]) if rows else 0
        rows = await self._work.fetch(VIEWED, {**params, "most": pool.contact_views_per_day})
        return int(rows[0][0]) if rows else None

    async def held(self, departments: list[UUID]) -> int:
        """Count the customers that the actor owns there."""
        params = {"user_id": self._user_id, "departments": departments}
        return int((await self._work.fetch(HELD, params))[0][0])

    async def given_back_at(self, customer_id: UUID) -> datetime | None:
        """Return when the actor last gave this customer back."""
        params = {"customer_id": customer_id, "user_id": self._user_id}
        rows = await self._work.fetch(GIVEN_BACK, params)
        return rows[0][0] if rows else None

    async def give_back(
        self, customers: list[UUID], owners: list[UUID], at: datetime, reason: str
    ) -> None:
        """Remember who gave which customer back, or lost it."""
        params = {"customers": customers, "owners": owners, "at": at, "reason": reason}
        await self._work.fetch(GIVE_BACK, params)

    async def contact(self, customer_id: UUID, granted: Policy) -> dict[str, object]:
        """Return the customer by this policy, with contact points and addresses; none is {}."""
        ids = {"customer_id": customer_id, "row_id": customer_id}
        found = await self._work.read(CUSTOMER, ids, None, granted)
        if not found:
            return {}
        parts = {
            name: await self._work.read(question, ids, None, granted)
            if is_seen(question.record, granted)
            else []
            for name, question in PARTS.items()
        }
        return {**found[0], **parts}
