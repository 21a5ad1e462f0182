"""The kept pairs of possible doubles, for the stewards."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
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
from app.features.customers.models import Customer
from app.features.customers.repository.doubles import TELLING, told_of

PAIR: Final = (DUPLICATES.c.found_at, DUPLICATES.c.customer_id, DUPLICATES.c.other_id)


@remembered(256)
def _statement(policy: Policy, *, continued: bool) -> Statement:
    near, far = Customer.table.alias("near"), Customer.table.alias("far")
    allowed = policy.allowed(Permission.DUPLICATES_READ)
    reached = tuple(where for where in told_of(policy, *sorted(TELLING)) if where in allowed)
    both = and_(any_holds(reached, near), any_holds(reached, far))
    asked: Select[Any] = (
        select(*PAIR, DUPLICATES.c.reasons, DUPLICATES.c.status)
        .join(near, near.c.customer_id == DUPLICATES.c.customer_id)
        .join(far, far.c.customer_id == DUPLICATES.c.other_id)
        .where(DUPLICATES.c.status == "open", both)
        .where(near.c.status != "merged", far.c.status != "merged")
    )
    if continued:
        last = tuple_(
            bindparam("found_at", type_=DateTime(timezone=True)),
            bindparam("customer_id", type_=Uuid),
            bindparam("other_id", type_=Uuid),
        )
        asked = asked.where(tuple_(*PAIR) < last)
    return compile_statement(
        asked.order_by(*(column.desc() for column in PAIR)).limit(bindparam("most", type_=Integer))
    )


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
        ).returning(*PAIR, DUPLICATES.c.reasons, DUPLICATES.c.status)
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
        return {**dict(row), "reasons": sorted(set(row["reasons"]))}

    async def page(self, after: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Return pairs, newest first, after the one given, if any."""
        statement = _statement(self.work.actor.policy, continued=bool(after))
        rows = await self.work.fetch(statement, {**after, "most": most})
        ids = [str(row[name]) for row in rows for name in ("customer_id", "other_id")]
        self.work.note(ids, "duplicates", {"reasons": "read"} if rows else {})
        return [{**dict(row), "reasons": sorted(set(row["reasons"]))} for row in rows]
