"""Reach: which customers something is granted for, as conditions in the statement itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.access import Actor, Policy
from app.core.emergency import EMERGENCY_ACCESSES
from app.core.grants import Reach, Where
from app.core.lending import SHARING_GRANTS
from app.core.records import REFERS, metadata
from app.core.statements import any_of

MASK: Final = "row_mask"
POOLED: Final = "pooled_at"
PLACED: Final = frozenset({"owner_id", "department_id", POOLED})
Wheres = tuple[Where, ...]


def reach_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters that conditions of reach bind."""
    own = [*([actor.department_id] if actor.department_id else []), *actor.further]
    return {"me": actor.actor_id, "own": own, "reach": actor.below, "above": actor.above}


def holds(where: Where, customers: FromClause) -> ColumnElement[bool]:
    """Say in SQL whether a customer is one of these."""
    met = _met(where, customers)
    return and_(_reached(where, customers), *met) if met else _reached(where, customers)


def _reached(where: Where, customers: FromClause) -> ColumnElement[bool]:
    if where.reach is Reach.LENT:
        return _is_lent(customers, where.when[0][1][0])
    columns = customers.c
    conditions: dict[Reach, Callable[[], ColumnElement[bool]]] = {
        Reach.OWN: lambda: columns.owner_id == bindparam("me", type_=Uuid),
        Reach.DEPARTMENT: lambda: columns.department_id == any_of("own"),
        Reach.BELOW: lambda: columns.department_id == any_of("reach"),
        Reach.ALL: true,
        Reach.EMERGENCY: lambda: _is_opened(customers),
    }
    return conditions[where.reach]()


def _met(where: Where, customers: FromClause) -> list[ColumnElement[bool]]:
    """Return what else must hold; a condition on what a customer does not have never does."""
    columns, when = customers.c, () if where.reach is Reach.LENT else where.when
    met = [columns[n] == _one_of(values) if n in columns else false() for n, values in when]
    if where.pooled is None:
        return met
    pooled_at = columns[POOLED]
    return [*met, pooled_at.is_not(None) if where.pooled else pooled_at.is_(None)]


def _is_lent(customers: FromClause, group: str) -> ColumnElement[bool]:
    lent = SHARING_GRANTS.c
    return exists(
        select(literal_column("1"))
        .select_from(SHARING_GRANTS)
        .where(
            lent.customer_id == customers.c.customer_id,
            lent.department_id == any_of("above"),
            lent.until > func.now(),
            lent.ended_at.is_(None),
            lent.groups.contains([group]),
        )
    )


def _is_opened(customers: FromClause) -> ColumnElement[bool]:
    """Say whether the actor has opened a customer in an emergency that is not over."""
    opened = EMERGENCY_ACCESSES.c
    return exists(
        select(literal_column("1"))
        .select_from(EMERGENCY_ACCESSES)
        .where(
            opened.customer_id == customers.c.customer_id,
            opened.user_id == bindparam("me", type_=Uuid),
            opened.until > func.now(),
            opened.ended_at.is_(None),
        )
    )


def is_within(where: Where, values: Mapping[str, Any], actor: Actor) -> bool:
    """Whether a customer with these stored values is one of these; an unknown value is none.

    What is lent or opened in an emergency does not follow from the values.
    """
    department_id, owner_id = _id(values.get("department_id")), _id(values.get("owner_id"))
    reached = {
        Reach.OWN: owner_id is not None and owner_id == actor.actor_id,
        Reach.DEPARTMENT: department_id is not None
        and department_id in (actor.department_id, *actor.further),
        Reach.BELOW: department_id in actor.below,
        Reach.ALL: True,
        Reach.LENT: False,
        Reach.EMERGENCY: False,
    }[where.reach]
    is_there = where.pooled in {None, values.get(POOLED) is not None}
    return reached and is_there and all(values.get(n) in allowed for n, allowed in where.when)


def any_holds(wheres: Wheres, customers: FromClause) -> ColumnElement[bool]:
    """Say in SQL whether a customer is within any of these; plainly true when all are."""
    if any(where.is_everywhere for where in wheres):
        return true()
    conditions = [holds(where, customers) for where in _together(wheres)]
    return conditions[0] if len(conditions) == 1 else or_(false(), *conditions)


def _together(wheres: Wheres) -> Wheres:
    """Ask once, and not for the pool, where something holds in the pool as well as out of it."""
    held = {*wheres}
    found = (
        replace(where, pooled=None)
        if where.pooled is not None and replace(where, pooled=not where.pooled) in held
        else where
        for where in wheres
    )
    return tuple(dict.fromkeys(found))


def row_mask(policy: Policy, customers: FromClause) -> Any:
    """Say in SQL, bit by bit, which parts of a policy are about a customer."""
    bits: list[Any] = [
        case((holds(part.where, customers), _number(1 << place)), else_=_number(0))
        for place, part in enumerate(policy.parts)
    ]
    return reduce(lambda mask, bit: mask.op("|")(bit), bits).label(MASK)


def decisive(policy: Policy) -> frozenset[str]:
    """Return the members of a customer on which it depends which parts are about it."""
    named = {name for part in policy.parts for name, _ in part.where.when}
    return frozenset(named | PLACED if policy.parts else named)


def mask_of(policy: Policy, values: Mapping[str, Any], actor: Actor) -> int:
    """Return the same for stored values."""
    found = (is_within(part.where, values, actor) for part in policy.parts)
    return sum(1 << place for place, held in enumerate(found) if held)


def within_reach(
    asked: Select[Any], table: Any, policy: Policy, *needed: Wheres, masked: bool = False
) -> Select[Any]:
    """Restrict a statement to rows of customers that are within each of these.

    When the policy has parts and `masked` is asked for, a last column says which are about the row.
    """
    narrowing = [one for one in dict.fromkeys(needed) if not _is_everywhere(one)]
    if not narrowing and not (masked and policy.parts):
        return asked
    customers = metadata.tables["customers"]
    if table is not customers:
        asked = asked.join(customers, customers.c.customer_id == table.c.customer_id)
    if narrowing and (refers := table.info.get(REFERS)):
        other = customers.alias()
        asked = asked.join(other, other.c.customer_id == table.c[refers])
        asked = asked.where(any_holds(narrowing[0], other))
    if masked and policy.parts:
        asked = asked.add_columns(row_mask(policy, customers))
    return asked.where(*(any_holds(wheres, customers) for wheres in narrowing))


def _is_everywhere(wheres: Wheres) -> bool:
    return any(where.is_everywhere for where in wheres)


def _one_of(values: Iterable[str]) -> Any:
    return any_(bindparam(None, list(values), type_=ARRAY(Text), unique=True))


def _number(value: int) -> Any:
    return literal_column(str(value), BigInteger)


def _id(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value
