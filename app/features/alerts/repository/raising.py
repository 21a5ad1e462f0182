"""Raising: an alert for each rule, actor and window, which grows instead of coming again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.alerts.sightings import SOURCE
from app.features.alerts.tallies import Finding

MOST_CUSTOMERS: Final = 200
MOST_LINES: Final = 50
KNOWN: Final = Statement(
    "select rule_code, who, window_start, customers, evidence, state from alerts "
    "join unnest($1::text[], $2::text[], $3::timestamptz[]) "
    "as asked (rule_code, who, window_start) using (rule_code, who, window_start)",
    ("rule_codes", "whos", "window_starts"),
    {},
)
TYPES: Final = {
    "alert_id": "uuid",
    "rule_code": "text",
    "rule_version": "int4",
    "kind": "text",
    "severity": "text",
    "who": "text",
    "actor_id": "uuid",
    "source": "text",
    "window_start": "timestamptz",
    "raised_at": "timestamptz",
    "last_at": "timestamptz",
    "count": "int4",
    "threshold": "int4",
    "usual": "int4",
    "state": "text",
    "evidence": "jsonb",
    "customers": "jsonb",
}
COLUMNS: Final = ", ".join(TYPES)
# The driver takes a list in a list for a further dimension of the array: they come in objects.
PLAIN: Final = COLUMNS.removesuffix("evidence, customers")
# What was closed comes back when it has doubled since: somebody went on.
GROW: Final = Statement(
    f"insert into alerts ({COLUMNS}) select {PLAIN} evidence -> 'some', "  # noqa: S608
    "array(select jsonb_array_elements_text(customers -> 'some')::uuid) "
    f"from unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(TYPES.values(), 1))}) "
    f"as found ({COLUMNS}) on conflict (rule_code, who, window_start) do update set "
    "last_at = greatest(alerts.last_at, excluded.last_at), "
    "count = greatest(alerts.count, excluded.count), rule_version = excluded.rule_version, "
    "severity = excluded.severity, threshold = excluded.threshold, usual = excluded.usual, "
    "customers = excluded.customers, evidence = excluded.evidence, "
    "state = case when alerts.state = 'closed' and excluded.count >= 2 * alerts.handled_count "
    "then 'open' else alerts.state end "
    "returning alert_id, rule_code, who, window_start, state",
    tuple(TYPES),
    {},
)
Key = tuple[str, str, datetime]
NEW: Final[Mapping[str, Any]] = {"customers": [], "evidence": [], "state": None}


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that somebody has to hear of: new, or come back."""

    alert_id: UUID
    rule_code: str
    severity: str
    count: int
    window_start: datetime


class RaisingRepository:
    """Writes alerts for the watcher, within the one transaction of a batch."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def known(self, findings: Sequence[Finding]) -> dict[Key, dict[str, Any]]:
        """Return what the alerts of these windows hold so far, of those that there are."""
        asked = {
            "rule_codes": [finding.rule.code for finding in findings],
            "whos": [finding.who for finding in findings],
            "window_starts": [finding.window_start for finding in findings],
        }
        rows = await self._work.fetch(KNOWN, asked)
        return {(row[0], row[1], row[2]): dict(row) for row in rows}

    async def grow(
        self, findings: Sequence[Finding], known: Mapping[Key, dict[str, Any]]
    ) -> list[Raised]:
        """Make alerts, or let them grow; returns those that somebody has to hear of."""
        by_key = {finding.key: finding for finding in findings}
        rows = [_values(finding, known.get(key, NEW)) for key, finding in by_key.items()]
        columns = {name: [row[name] for row in rows] for name in TYPES}
        raised = []
        for alert_id, code, who, start, state in await self._work.fetch(GROW, columns):
            before = known.get((code, who, start), NEW)["state"]
            if before is None or (before == "closed" and state == "open"):
                finding = by_key[code, who, start]
                severity = finding.rule.severity.value
                raised.append(Raised(alert_id, code, severity, finding.count, start))
        return raised


def _values(finding: Finding, before: Mapping[str, Any]) -> dict[str, Any]:
    rule, who = finding.rule, finding.who
    is_source = who.startswith(SOURCE)
    customers = [*map(str, before["customers"]), *finding.customers]
    return {
        "alert_id": new_id(),
        "rule_code": rule.code,
        "rule_version": rule.version,
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "who": who,
        "actor_id": None if is_source else UUID(who),
        "source": who.removeprefix(SOURCE) if is_source else None,
        "window_start": finding.window_start,
        "raised_at": now(),
        "last_at": finding.last_at,
        "count": finding.count,
        "threshold": finding.threshold,
        "usual": finding.usual,
        "state": "open",
        "evidence": {"some": _lines([*before["evidence"], *finding.lines])},
        "customers": {"some": [*dict.fromkeys(customers)][:MOST_CUSTOMERS]},
    }


def _lines(lines: Sequence[Any]) -> list[Any]:
    return [*{line["line_id"]: line for line in lines}.values()][:MOST_LINES]
