"""Possible doubles: who else carries the same phone, mail or document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
)

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.grants import Where
from app.core.projections import is_seen
from app.core.reach import any_holds
from app.core.records import LOOKUPS, RESOURCES
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

TELLING: Final = frozenset({"phone", "email", "wechat", "document", "credit_code"})
MOST: Final = 50
CUSTOMERS: Final = Customer.table


@dataclass(slots=True)
class Double:
    """Another customer that shares something: what, and whether the actor may be told so."""

    other_id: UUID
    reasons: dict[str, bool] = field(default_factory=dict)

    @property
    def told(self) -> list[str]:
        """What the actor may be told of."""
        return sorted(kind for kind, is_told in self.reasons.items() if is_told)


@remembered(256)
def _statement(policy: Policy) -> Statement:
    """Find look-ups with their customers, those within reach first.

    Otherwise how many there are out of reach would decide how many of the others are told. The
    offset keeps PostgreSQL from joining the two tables whole, as it may with a plan that it made
    while they were almost empty.
    """
    owner = (
        select(*CUSTOMERS.c)
        .where(CUSTOMERS.c.customer_id == LOOKUPS.c.customer_id)
        .offset(literal_column("0"))
        .lateral("owner")
    )
    within = _is_told(policy, owner).label("within")
    asked = (
        select(LOOKUPS.c.hash, LOOKUPS.c.kind, LOOKUPS.c.customer_id, within)
        .join(owner, true())
        .where(LOOKUPS.c.hash == any_of("hashes", LargeBinary), owner.c.status != "merged")
        .order_by(within.desc(), LOOKUPS.c.customer_id)
        .limit(bindparam("most", type_=Integer))
    )
    return compile_statement(asked)


def _is_told(policy: Policy, owner: FromClause) -> ColumnElement[bool]:
    """Say of whom the actor may be told: who is within reach and does not hide what is shared."""
    wheres = {kind: told_of(policy, kind) for kind in sorted(TELLING)}
    if len({*wheres.values()}) == 1:
        return any_holds(wheres.popitem()[1], owner)
    told = (and_(LOOKUPS.c.kind == kind, any_holds(held, owner)) for kind, held in wheres.items())
    return or_(*told)


def told_of(policy: Policy, *kinds: str) -> tuple[Where, ...]:
    """Return for which customers none of these look-ups is of a hidden field."""
    entries = [entry for kind in kinds for entry in _carrying(kind)]
    return policy.wheres(
        lambda part: is_seen(Customer, part),
        lambda part: all(part.on_read(entry) is not Decision.HIDE for entry in entries),
    )


def _carrying(kind: str) -> list[Field]:
    """Return the fields whose values stand under a look-up; a contact point's under any."""
    entries = [entry for record in RESOURCES.values() for entry in record.fields.values()]
    return [entry for entry in entries if entry.lookup == kind or entry.lookup_by]


class DoubleRepository:
    """Weighs look-ups of all customers; what is out of reach is kept for the stewards only."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def of(self, customer_id: UUID, pairs: Iterable[tuple[bytes, str]]) -> Sequence[Double]:
        """Return the other customers that share any of these look-ups."""
        by_hash = await self.sharing([digest for digest, kind in pairs if kind in TELLING])
        doubles: dict[UUID, Double] = {}
        for rows in by_hash.values():
            for other_id, kind, within in rows:
                if other_id != customer_id:
                    doubles.setdefault(other_id, Double(other_id)).reasons[kind] = within
        return list(doubles.values())

    async def sharing(
        self, hashes: Sequence[bytes]
    ) -> Mapping[bytes, list[tuple[UUID, str, bool]]]:
        """Return for each hash the customers that carry it, at most fifty a hash on average."""
        if not hashes:
            return {}
        weighed = self.work.line.detail.setdefault("weighed", [])
        weighed += sorted(TELLING.difference(weighed))
        most = MOST * len(hashes)
        statement = _statement(self.work.actor.policy)
        rows = await self.work.fetch(statement, {"hashes": list(hashes), "most": most})
        found: dict[bytes, list[tuple[UUID, str, bool]]] = {}
        for row in rows:
            entry = (row["customer_id"], row["kind"], row["within"])
            found.setdefault(row["hash"], []).append(entry)
        return found


def told(doubles: Iterable[Double]) -> dict[str, Any]:
    """Return what the actor is told: the doubles within reach, and nothing of the others."""
    return {
        "possible_duplicates": [
            {"customer_id": str(double.other_id), "matched": double.told}
            for double in doubles
            if double.told
        ]
    }


def pair_params(doubles: Iterable[Double]) -> dict[str, Any]:
    """Return the parameters under which a change keeps its pairs."""
    kept = list(doubles)
    return {
        "pair_others": [double.other_id for double in kept],
        "pair_reasons": [",".join(sorted(double.reasons)) for double in kept],
    }
