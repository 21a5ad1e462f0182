"""Reach: which customers something is granted for, as conditions in the statement itself."""

from collections.abc import Callable, Iterable, Mapping
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
PLACED: Final = frozenset({"owner_id", "department_id"})
Wheres = tuple[Where, ...]


def reach_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters that conditions of reach bind."""
    own = [*([actor.department_id] if actor.department_id else []), *actor.further]
    return {"me": actor.actor_id, "own": own, "reach": actor.below, "above": actor.above}


def holds(where: Where, customers: FromClause) -> ColumnElement[bool]:
    """Say in SQL whether a customer is one of these."""
    columns = customers.c
    if where.reach is Reach.LENT:
        return _is_lent(customers, where.when[0][1][0])
    conditions: dict[Reach, Callable[[], ColumnElement[bool]]] = {
        Reach.OWN: lambda: columns.owner_id == bindparam("me", type_=Uuid),
        Reach.DEPARTMENT: lambda: columns.department_id == any_of("own"),
        Reach.BELOW: lambda: columns.department_id == any_of("reach"),
        Reach.ALL: true,
        Reach.EMERGENCY: lambda: _is_opened(customers),
    }
    reached = conditions[where.reach]()
    met = [columns[name] == _one_of(values) for name, values in where.when if name in columns]
    return false() if len(met) < len(where.when) else and_(reached, *met) if met else reached


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
    return reached and all(values.get(name) in allowed for name, allowed in where.when)


def any_holds(wheres: Wheres, customers: FromClause) -> ColumnElement[bool]:
    """Say in SQL whether a customer is within any of these; plainly true when all are."""
    if any(where.is_everywhere for where in wheres):
        return true()
    conditions = [holds(where, customers) for where in wheres]
    return conditions[0] if len(conditions) == 1 else or_(false(), *conditions)


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
