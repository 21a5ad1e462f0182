"""Merges of survivors within the actor's own reach."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.core.access import Policy
from app.core.permissions import Permission
from app.core.reach import within_reach
from app.core.records import CUSTOMER_KEYS
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.merges.models import MERGE_LOSERS, MERGES, MergeStatus

PLACE: Final = (MERGES.c.made_at, MERGES.c.merge_id)
NARROWING: Final = ("customer_id",)
INSERT: Final = compile_statement(
    insert(MERGES).values({c.name: bindparam(c.name, type_=c.type) for c in MERGES.c})
)
INSERT_LOSER: Final = compile_statement(
    insert(MERGE_LOSERS).values({c.name: bindparam(c.name, type_=c.type) for c in MERGE_LOSERS.c})
)
STATUS_BEFORE: Final = compile_statement(
    select(MERGE_LOSERS.c.status_before).where(
        MERGE_LOSERS.c.customer_id == bindparam("customer_id", type_=Uuid),
        MERGE_LOSERS.c.merge_id == bindparam("merge_id", type_=Uuid),
    )
)
UNDO: Final = compile_statement(
    update(MERGES)
    .where(
        MERGES.c.customer_id == bindparam("of_customer", type_=Uuid),
        MERGES.c.merge_id == bindparam("which", type_=Uuid),
        MERGES.c.status == MergeStatus.APPLIED.value,
    )
    .values(
        status=bindparam("to", type_=Text),
        conflicts=bindparam("left", type_=JSONB),
        undone_at=bindparam("at", type_=DateTime(timezone=True)),
        undone_by=bindparam("by", type_=Uuid),
    )
    .returning(MERGES.c.merge_id)
)


class MergeRepository:
    """Writes, finds, lists and settles merges."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def add(self, merge: Mapping[str, Any], losers: Sequence[Mapping[str, Any]]) -> None:
        """Write a merge, in the change that is under way."""
        await self.work.fetch(INSERT, {**dict.fromkeys(MERGES.c.keys()), **merge})
        for loser in losers:
            await self.work.fetch(INSERT_LOSER, loser)

    async def find(self, merge_id: UUID) -> dict[str, Any] | None:
        """Return a merge whose survivor is within reach."""
        statement = _listed(self.work.actor.policy, ("merge_id",), continued=False)
        rows = await self.work.fetch(statement, {"merge_id": merge_id, "most": 1})
        return dict(rows[0]) if rows else None

    async def page(
        self, narrowed: Mapping[str, UUID], after: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """Return merges of survivors within reach, newest first."""
        statement = _listed(self.work.actor.policy, tuple(sorted(narrowed)), continued=bool(after))
        rows = await self.work.fetch(statement, {**narrowed, **after, "most": most})
        return [dict(row) for row in rows]

    async def status_before(self, merge_id: UUID, loser_id: UUID) -> str:
        """Return where a loser stood before it was merged."""
        params = {"customer_id": loser_id, "merge_id": merge_id}
        return str((await self.work.fetch(STATUS_BEFORE, params))[0][0])

    async def undo(self, merge: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Settle a merge that is applied still, in the change that is under way."""
        params = {"of_customer": merge["customer_id"], "which": merge["merge_id"], **values}
        return bool(await self.work.fetch(UNDO, params))


@remembered(256)
def _listed(policy: Policy, narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    keys = CUSTOMER_KEYS.c
    asked: Select[Any] = select(*MERGES.c, keys.wrapping_key, keys.wrapped).select_from(
        MERGES.outerjoin(CUSTOMER_KEYS, keys.customer_id == MERGES.c.customer_id)
    )
    for name in narrowed:
        asked = asked.where(MERGES.c[name] == bindparam(name, type_=Uuid))
    if continued:
        last = tuple_(
            bindparam("made_at", type_=DateTime(timezone=True)), bindparam("last_id", type_=Uuid)
        )
        asked = asked.where(tuple_(*PLACE) < last)
    asked = within_reach(asked, MERGES, policy, policy.allowed(Permission.CUSTOMERS_MERGE))
    asked = asked.order_by(*(column.desc() for column in PLACE))
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
