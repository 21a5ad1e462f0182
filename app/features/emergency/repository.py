"""Emergency accesses, for those who review customers like theirs and for who opened them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)

from app.core.access import Policy
from app.core.emergency import EMERGENCY_ACCESSES
from app.core.grants import PASSING, Reach, Where
from app.core.permissions import Permission
from app.core.reach import any_holds, holds
from app.core.records import CUSTOMER_KEYS
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

TABLE: Final = EMERGENCY_ACCESSES
CUSTOMERS: Final = Customer.table
KEYS: Final = (CUSTOMER_KEYS.c.wrapping_key, CUSTOMER_KEYS.c.wrapped)
WRITTEN: Final = (
    *("customer_id", "emergency_access_id", "user_id", "reason", "reason_text", "ticket"),
    *("opened_at", "until"),
)
NARROWING: Final = ("customer_id", "user_id")
PLACE: Final = (TABLE.c.awaits_review, TABLE.c.opened_at, TABLE.c.emergency_access_id)
IS_OPEN: Final = and_(TABLE.c.ended_at.is_(None), TABLE.c.until > func.now())
THE_ONE: Final = (
    TABLE.c.customer_id == bindparam("of_customer", type_=Uuid),
    TABLE.c.emergency_access_id == bindparam("access_id", type_=Uuid),
)
MOMENT: Final = DateTime(timezone=True)
INSERT: Final = compile_statement(
    insert(TABLE).values({name: bindparam(name, type_=TABLE.c[name].type) for name in WRITTEN})
)
END: Final = compile_statement(
    update(TABLE)
    .where(*THE_ONE, IS_OPEN)
    .values(ended_at=bindparam("at", type_=MOMENT), ended_by=bindparam("by", type_=Uuid))
    .returning(TABLE.c.emergency_access_id)
)
REVIEW: Final = compile_statement(
    update(TABLE)
    .where(*THE_ONE, TABLE.c.awaits_review, ~IS_OPEN)
    .values(
        awaits_review=False,
        reviewed_at=bindparam("at", type_=MOMENT),
        reviewed_by=bindparam("by", type_=Uuid),
        verdict=bindparam("said", type_=Text),
        note=bindparam("sealed", type_=TABLE.c.note.type),
    )
    .returning(TABLE.c.emergency_access_id)
)
IS_OPEN_ALREADY: Final = compile_statement(
    select(func.count()).where(
        TABLE.c.customer_id == bindparam("of_customer", type_=Uuid),
        TABLE.c.user_id == bindparam("me", type_=Uuid),
        IS_OPEN,
    )
)
TRIED: Final = Statement(
    "select (select count(*) from emergency_accesses where user_id = $1 and opened_at > $2), "
    "(select count(*) from audit_lines where actor_id = $1 and at > $2 "
    "and operation = 'open_emergency_access' and status = 404)",
    ("me", "since"),
    {},
)
# What a line says of an emergency is written by the audit itself (app/core/emergency.py).
READS: Final = Statement(
    "select asked.access_id, line.at, operation, status, purpose, projections.shown, line.number "
    "from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) "
    "as asked (access_id, user_id, customer_id, since, till) cross join lateral ("
    "select *, count(*) over () as number from audit_lines where actor_id = asked.user_id "
    "and at >= asked.since and at <= asked.till and subjects @> array[asked.customer_id] "
    "and detail::jsonb -> 'emergency' ->> asked.customer_id::text = asked.access_id::text "
    "order by at desc, line_id desc limit 100) as line "
    "left join projections on projections.digest = line.shown order by line.at desc, line_id desc",
    ("ids", "users", "customers", "since", "till"),
    {},
)


@dataclass(frozen=True, slots=True)
class Target:
    """A customer to be opened: the key of what is written about it, and whether that is needed."""

    customer_id: UUID
    wrapping_key: int
    wrapped: bytes
    is_needed: bool


class EmergencyRepository:
    """Finds, opens, ends and reviews."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def target(self, customer_id: UUID) -> Target | None:
        """Return a customer wherever it is, with what the actor sees of it for good."""
        statement = _target(self.work.actor.policy)
        rows = await self.work.fetch(statement, {"of_customer": customer_id})
        return Target(*rows[0]) if rows else None

    async def tried(self, since: datetime) -> tuple[int, int]:
        """Return how many accesses the actor has opened since then, and looked for in vain."""
        opened, missed = (await self.work.fetch(TRIED, {"since": since}))[0]
        return opened, missed

    async def is_open(self, customer_id: UUID) -> bool:
        """Whether the actor has the customer open."""
        rows = await self.work.fetch(IS_OPEN_ALREADY, {"of_customer": customer_id})
        return bool(rows[0][0])

    async def add(self, values: Mapping[str, Any]) -> None:
        """Write an access, in the change that is under way."""
        await self.work.fetch(INSERT, {name: values[name] for name in WRITTEN})

    async def find(self, access_id: UUID, *, own: bool = False) -> dict[str, Any] | None:
        """Return an access that the actor may review, or has opened when `own` ones count, too."""
        actor = self.work.actor
        reviews = actor.may(Permission.EMERGENCY_REVIEW)
        statement = _one(actor.policy, own=own, reviews=reviews)
        rows = await self.work.fetch(statement, {"access_id": access_id, "most": 1})
        return dict(rows[0]) if rows else None

    async def page(
        self, narrowed: Mapping[str, UUID], after: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """Return accesses to review, those that await it first, and of them the newest."""
        statement = _listed(self.work.actor.policy, tuple(sorted(narrowed)), continued=bool(after))
        rows = await self.work.fetch(statement, {**narrowed, **after, "most": most})
        return [dict(row) for row in rows]

    async def awaiting(self) -> int:
        """Return how many await a review by somebody like the actor."""
        return int((await self.work.fetch(_awaiting(self.work.actor.policy), {}))[0][0])

    async def end(self, access: Mapping[str, Any], at: datetime) -> bool:
        """End an access that is open still, in the change that is under way."""
        return bool(await self.work.fetch(END, self._of(access, at)))

    async def review(
        self, access: Mapping[str, Any], at: datetime, verdict: str, note: bytes | None
    ) -> bool:
        """Keep a verdict on an access that is over and has none, in the change under way."""
        params = {**self._of(access, at), "said": verdict, "sealed": note}
        return bool(await self.work.fetch(REVIEW, params))

    async def reads(self, accesses: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the newest requests under each of these, and their number."""
        params = {
            "ids": [one["emergency_access_id"] for one in accesses],
            "users": [one["user_id"] for one in accesses],
            "customers": [one["customer_id"] for one in accesses],
            "since": [one["opened_at"] for one in accesses],
            "till": [one["ended_at"] or one["until"] for one in accesses],
        }
        return [dict(row) for row in await self.work.fetch(READS, params)] if accesses else []

    def _of(self, access: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        return {
            "of_customer": access["customer_id"],
            "access_id": access["emergency_access_id"],
            "at": at,
            "by": self.work.actor.actor_id,
        }


@remembered(256)
def _target(policy: Policy) -> Statement:
    """Ask for a customer, and whether an emergency access would show more of it.

    It would where some part of the policy is not about it for its place or its hands. What members
    it has is not asked: the answer would tell of a customer that nothing is seen of.
    """
    wheres = [part.where for part in policy.parts or (policy,) if part.where.reach not in PASSING]
    near = {where.reach for where in wheres} - {Reach.ALL}
    is_seen = any_holds(tuple(wheres), CUSTOMERS)
    is_reached = and_(true(), *(holds(Where(reach), CUSTOMERS) for reach in sorted(near)))
    needed = ~and_(is_seen, is_reached) if near else false()
    asked = select(CUSTOMERS.c.customer_id, *KEYS, type_coerce(needed, Boolean).label("is_needed"))
    asked = asked.select_from(CUSTOMERS).join(
        CUSTOMER_KEYS, CUSTOMER_KEYS.c.customer_id == CUSTOMERS.c.customer_id
    )
    return compile_statement(
        asked.where(
            CUSTOMERS.c.customer_id == bindparam("of_customer", type_=Uuid),
            CUSTOMER_KEYS.c.wrapped.is_not(None),
        )
    )


@remembered(256)
def _one(policy: Policy, *, own: bool, reviews: bool) -> Statement:
    reached = _reviewed_by(policy) if reviews else false()
    mine = TABLE.c.user_id == bindparam("me", type_=Uuid) if own else false()
    asked = _asked().where(
        TABLE.c.emergency_access_id == bindparam("access_id", type_=Uuid), or_(mine, reached)
    )
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))


@remembered(256)
def _listed(policy: Policy, narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    asked = _asked().where(_reviewed_by(policy))
    for name in narrowed:
        asked = asked.where(TABLE.c[name] == bindparam(name, type_=Uuid))
    if continued:
        last = tuple_(
            bindparam("last_awaits", type_=Boolean),
            bindparam("last_at", type_=MOMENT),
            bindparam("last_id", type_=Uuid),
        )
        asked = asked.where(tuple_(*PLACE) < last)
    asked = asked.order_by(*(column.desc() for column in PLACE))
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))


@remembered(256)
def _awaiting(policy: Policy) -> Statement:
    asked = select(func.count()).select_from(TABLE).join(CUSTOMERS, _same(CUSTOMERS))
    return compile_statement(asked.where(TABLE.c.awaits_review, _reviewed_by(policy)))


def _asked() -> Select[Any]:
    asked: Select[Any] = select(*TABLE.c, IS_OPEN.label("is_open"), *KEYS).select_from(TABLE)
    return asked.join(CUSTOMERS, _same(CUSTOMERS)).outerjoin(CUSTOMER_KEYS, _same(CUSTOMER_KEYS))


def _same(table: Any) -> Any:
    return table.c.customer_id == TABLE.c.customer_id


def _reviewed_by(policy: Policy) -> Any:
    return any_holds(policy.allowed(Permission.EMERGENCY_REVIEW), CUSTOMERS)
