"""The kept pairs of possible doubles, for the stewards."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Double,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from app.core.access import Policy
from app.core.clock import now
from app.core.permissions import Permission
from app.core.reach import any_holds
from app.core.records import DUPLICATES
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.matching import Verdict
from app.features.customers.models import Customer
from app.features.customers.repository.alike import told_all
from app.features.customers.repository.doubles import TELLING, told_of

PAIR: Final = (DUPLICATES.c.found_at, DUPLICATES.c.customer_id, DUPLICATES.c.other_id)
# How likely two are one who share this whole value, before they are weighed.
EXACT: Final[Mapping[str, float]] = {
    "document": 0.98,
    "credit_code": 0.98,
    "email": 0.9,
    "wechat": 0.9,
    "phone": 0.8,
}
SHOWN: Final = {"score": "read", "reasons": "read"}
KEEP: Final = (
    "with given as (select * from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[]) "
    "as pair (customer_id, other_id, score, findings)), known as (update duplicate_candidates d "
    "set score = g.score, findings = string_to_array(g.findings, ',') from given g "
    "where d.customer_id = g.customer_id and d.other_id = g.other_id "
    "returning d.customer_id, d.other_id) "
    "insert into duplicate_candidates (customer_id, other_id, reasons, score, findings, found_at) "
    "select g.customer_id, g.other_id, '{}', g.score, string_to_array(g.findings, ','), $5 "
    "from given g where g.score >= $6 and not exists (select 1 from known k "
    "where k.customer_id = g.customer_id and k.other_id = g.other_id) "
    "on conflict (customer_id, other_id) do nothing returning customer_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Which pairs are asked for, and in which order."""

    status: str = "open"
    by_score: bool = False
    least: float | None = None

    @property
    def position(self) -> tuple[str, ...]:
        """The members that say where a page ends."""
        return ("score", *NAMES) if self.by_score else NAMES


NAMES: Final = ("found_at", "customer_id", "other_id")
TYPES: Final[Mapping[str, Any]] = {
    "score": Double,
    "found_at": DateTime(timezone=True),
    "customer_id": Uuid,
    "other_id": Uuid,
}


@remembered(256)
def _statement(policy: Policy, queue: Queue, *, continued: bool) -> Statement:
    """List pairs; the score of who may not be told of all that is weighed goes by what is shared.

    Then a pair that shares no whole value is not there.
    """
    near, far = Customer.table.alias("near"), Customer.table.alias("far")
    allowed = policy.allowed(Permission.DUPLICATES_READ)
    reached = tuple(where for where in told_of(policy, *sorted(TELLING)) if where in allowed)
    told = told_all(policy, Permission.DUPLICATES_READ)
    is_whole = and_(any_holds(told, near), any_holds(told, far))
    both = and_(any_holds(reached, near), any_holds(reached, far))
    is_shared = func.cardinality(DUPLICATES.c.reasons) > 0
    exact = _exact()
    score = case((is_whole, func.coalesce(DUPLICATES.c.score, exact)), else_=exact)
    findings = case((is_whole, DUPLICATES.c.findings), else_=null()).label("findings")
    asked: Select[Any] = (
        select(*PAIR, DUPLICATES.c.reasons, DUPLICATES.c.status, score.label("score"), findings)
        .join(near, near.c.customer_id == DUPLICATES.c.customer_id)
        .join(far, far.c.customer_id == DUPLICATES.c.other_id)
        .where(DUPLICATES.c.status == bindparam("status", type_=Text), both)
        .where(or_(is_shared, is_whole))
    )
    if queue.status != "merged":
        asked = asked.where(near.c.status != "merged", far.c.status != "merged")
    if queue.least is not None:
        asked = asked.where(score >= bindparam("least", type_=Double))
    columns = (score, *PAIR) if queue.by_score else PAIR
    if continued:
        last = tuple_(*(bindparam(name, type_=TYPES[name]) for name in queue.position))
        asked = asked.where(tuple_(*columns) < last)
    order = (column.desc() for column in columns)
    return compile_statement(asked.order_by(*order).limit(bindparam("most", type_=Integer)))


def _exact() -> Any:
    """Return the score by shared whole values: each counts for what the others leave open."""
    left = reduce(
        mul,
        (
            case(
                (DUPLICATES.c.reasons.contains([kind]), literal(1 - likely, Double)),
                else_=literal(1.0, Double),
            )
            for kind, likely in EXACT.items()
        ),
    )
    return cast(func.round(cast(1 - left, Numeric), 3), Double)


def _settled() -> Statement:
    values = {
        "customer_id": bindparam("younger", type_=Uuid),
        "other_id": bindparam("older", type_=Uuid),
        "reasons": bindparam("reasons", type_=ARRAY(Text)),
        "status": bindparam("to", type_=Text),
        "found_at": bindparam("at", type_=DateTime(timezone=True)),
    }
    put = postgresql_insert(DUPLICATES).values(values)
    return compile_statement(
        put.on_conflict_do_update(
            index_elements=["customer_id", "other_id"], set_={"status": put.excluded.status}
        ).returning(
            *PAIR,
            DUPLICATES.c.reasons,
            DUPLICATES.c.status,
            func.coalesce(DUPLICATES.c.score, _exact()).label("score"),
            DUPLICATES.c.findings,
        )
    )


SETTLE: Final = _settled()


class PairRepository:
    """Lists pairs both of whose records the actor reaches."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def settle(self, one: UUID, other: UUID, status: str) -> dict[str, Any]:
        """Say what two records are to each other, in the change that is under way."""
        params = {
            "younger": max(one, other),
            "older": min(one, other),
            "reasons": [],
            "to": status,
            "at": now(),
        }
        row = (await self.work.fetch(SETTLE, params))[0]
        return dict(row)

    async def page(self, queue: Queue, after: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Return pairs in order, after the one given, if any."""
        statement = _statement(self.work.actor.policy, queue, continued=bool(after))
        asked = {"status": queue.status, "least": queue.least, "most": most}
        rows = await self.work.fetch(statement, {**asked, **after})
        ids = [str(row[name]) for row in rows for name in ("customer_id", "other_id")]
        self.work.note(ids, "duplicates", SHOWN if rows else {})
        return [dict(row) for row in rows]

    async def keep(self, weighed: Mapping[tuple[UUID, UUID], Verdict], least: float) -> int:
        """Keep pairs that score enough, and the scores of those that are kept; returns new ones.

        What was said of a pair stays: one kept apart does not come back.
        """
        if not weighed:
            return 0
        younger, older = (list(ids) for ids in zip(*weighed, strict=True))
        verdicts = weighed.values()
        scores = [one.score for one in verdicts]
        findings = [",".join(one.reasons) for one in verdicts]
        async with self.work.pinned() as connection:
            added = await connection.fetch(KEEP, younger, older, scores, findings, now(), least)
        return len(added)
