"""Corrections of customers within the reviewer's reach."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, insert, select

from app.core.access import Policy
from app.core.permissions import Permission
from app.core.projections import Opened
from app.core.reach import within_reach
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.campaigns.models import CUSTOMER_CORRECTIONS, CorrectionStatus
from app.features.campaigns.repository.tasks import BY_IDS

TABLE: Final = CUSTOMER_CORRECTIONS
FILTERS: Final = {
    "status": Text,
    "correction_id": Uuid,
    "campaign_id": Uuid,
    "customer_id": Uuid,
}
INSERT: Final = compile_statement(
    insert(TABLE).values({c.name: bindparam(c.name, type_=c.type) for c in TABLE.c})
)
DECIDE: Final = Statement(
    "update customer_corrections set status = $3, applied = $4, decided_at = $5, decided_by = $6 "
    "where customer_id = $1 and correction_id = $2 and status = 'pending' returning correction_id",
    ("customer_id", "correction_id", "status", "applied", "at", "by"),
    {},
)


class CorrectionRepository:
    """Keeps, lists and settles corrections."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def add(self, values: Mapping[str, Any]) -> None:
        """Hold a correction, in the change that is under way."""
        empty: dict[str, Any] = {**dict.fromkeys(TABLE.c.keys()), "applied": []}
        await self._work.fetch(INSERT, {**empty, **values})

    async def page(
        self, narrowed: Mapping[str, Any], after: UUID | None, most: int
    ) -> list[dict[str, Any]]:
        """Return corrections of customers within reach, oldest first."""
        policy = self._work.actor.policy
        statement = _listed(policy, tuple(sorted(narrowed)), continued=after is not None)
        rows = await self._work.fetch(statement, {**narrowed, "after": after, "most": most})
        return [dict(row) for row in rows]

    async def opened(self, ids: Sequence[UUID], names: frozenset[str] | None) -> dict[UUID, Opened]:
        """Open the customers of corrections, each with what is granted of it."""
        found = await self._work.open_many(BY_IDS, {"ids": [*ids]}, names) if ids else []
        return {one.customer_id: one for one in found}

    async def decide(
        self,
        correction: Mapping[str, Any],
        status: CorrectionStatus,
        applied: Sequence[str],
        at: datetime,
    ) -> bool:
        """Settle a correction that is pending; False when somebody else has."""
        params = {
            **{name: correction[name] for name in ("customer_id", "correction_id")},
            "status": status.value,
            "applied": [*applied],
            "at": at,
            "by": self._work.actor.actor_id,
        }
        return bool(await self._work.fetch(DECIDE, params))


@remembered(128)
def _listed(policy: Policy, narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    asked = select(*TABLE.c)
    for name in narrowed:
        asked = asked.where(TABLE.c[name] == bindparam(name, type_=FILTERS[name]))
    if continued:
        asked = asked.where(TABLE.c.correction_id > bindparam("after", type_=Uuid))
    asked = within_reach(asked, TABLE, policy, policy.allowed(Permission.CORRECTIONS_REVIEW))
    asked = asked.order_by(TABLE.c.correction_id)
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
