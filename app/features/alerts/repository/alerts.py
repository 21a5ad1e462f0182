"""Alerts in the database, and which of their customers an actor may see in their light."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.core.access import Decision, Policy
from app.core.permissions import Permission
from app.core.reach import within_reach
from app.core.records import RESOURCES, metadata
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.alerts.parameters import RuleKind

# An alert of these kinds says something of its customers: their tier, or whose address they have.
TELLING: Final = {RuleKind.VIP.value: "tier", RuleKind.OWN_RECORD.value: "email"}
BOUND: Final = {
    "actor_id": "alerts.who = ${}",
    "rule": "alerts.rule_code = ${}",
    "severity": "alerts.severity = ${}",
    "state": "alerts.state = ${}",
    "alert_id": "alerts.alert_id = ${}",
    "before": "alerts.alert_id < ${}",
}
SELECT: Final = (
    "select alerts.*, alert_rules.en, alert_rules.zh, users.username, users.display_name "
    "from alerts left join alert_rules on alert_rules.code = alerts.rule_code "
    "left join users on users.user_id = alerts.actor_id"
)
HANDLE: Final = Statement(
    "update alerts set state = $2, handled_at = $3, handled_by = $4, handled_count = count, "
    "verdict = $5, note = coalesce($6, note) where alert_id = $1 and state = any($7) "
    "returning count",
    ("alert_id", "state", "handled_at", "handled_by", "verdict", "note", "from_states"),
    {},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """How an alert is handled."""

    alert_id: UUID
    state: str
    handled_at: datetime
    handled_by: UUID | None
    verdict: str | None = None
    note: bytes | None = None


class AlertRepository:
    """Lists, finds and handles alerts."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """Handle an alert, in one transaction with the line."""
        async with self._work.pinned(), self._work.changing():
            yield

    async def page(self, narrowed: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Return alerts, the newest first."""
        statement = _listed(tuple(sorted(narrowed)))
        rows = await self._work.fetch(statement, {**narrowed, "most": most})
        return [dict(row) for row in rows]

    async def find(self, alert_id: UUID) -> dict[str, Any] | None:
        """Return an alert, if there is one."""
        found = await self.page({"alert_id": alert_id}, 1)
        return found[0] if found else None

    async def handle(self, row: AlertRow, from_states: Sequence[str]) -> bool:
        """Note how an alert is handled; False when it is in none of these states any more."""
        values = {name: getattr(row, name) for name in AlertRow.__dataclass_fields__}
        return bool(await self._work.fetch(HANDLE, {**values, "from_states": [*from_states]}))

    async def visible(self, kind: str, customers: Sequence[UUID]) -> list[UUID]:
        """Return those customers whose log the actor may read, and of whom it may know this."""
        statement = _visible(self._work.actor.policy, TELLING.get(kind))
        if statement is None or not customers:
            return []
        rows = await self._work.fetch(statement, {"customers": [*customers]})
        found = {row[0] for row in rows}
        return [customer for customer in customers if customer in found]


@remembered(64)
def _listed(narrowed: tuple[str, ...]) -> Statement:
    conditions = [BOUND[name].format(place) for place, name in enumerate(narrowed, 1)]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    order = f" order by alerts.alert_id desc limit ${len(narrowed) + 1}"
    return Statement(SELECT + where + order, (*narrowed, "most"), {})


@remembered(256)
def _visible(policy: Policy, member: str | None) -> Statement | None:
    """Ask for customers within the reach of their logs and, where it tells of one, of a member."""
    customers = metadata.tables["customers"]
    needed = [policy.allowed(Permission.ACCESS_LOG_READ)]
    if member is not None:
        entry = RESOURCES["customers"].fields[member]

        def shows(part: Policy) -> bool:
            return part.on_read(entry) is Decision.SHOW

        held = policy.wheres(shows) if policy.parts or shows(policy) else ()
        if not held:
            return None
        needed.append(held)
    asked = select(customers.c.customer_id).where(customers.c.customer_id == any_of("customers"))
    return compile_statement(within_reach(asked, customers, policy, *needed))
