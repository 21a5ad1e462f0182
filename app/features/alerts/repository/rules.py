"""Rules in the database."""

from typing import Any, Final

from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.alerts.matching import Rule
from app.features.alerts.models import Severity
from app.features.alerts.parameters import PARAMETERS, RuleKind

COLUMNS: Final = (
    *("code", "en", "zh", "kind", "parameters", "severity", "enabled", "version"),
    *("is_shipped", "changed_at", "changed_by"),
)
NAMED: Final = ", ".join(COLUMNS)
SELECT: Final = f"select {NAMED} from alert_rules"  # noqa: S608 - names of our own columns


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


ALL: Final = _ask(f"{SELECT} order by code")
ENABLED: Final = _ask(f"{SELECT} where enabled order by code")
ONE: Final = _ask(f"{SELECT} where code = $1", "code")
LOCKED: Final = _ask(f"{SELECT} where code = $1 for update", "code")
ADD: Final = _ask(
    f"insert into alert_rules ({NAMED}) "  # noqa: S608 - names of our own columns
    f"values ({', '.join(f'${place}' for place, _ in enumerate(COLUMNS, 1))}) "
    "on conflict (code) do nothing returning code",
    *COLUMNS,
)
KEEP: Final = _ask(
    "update alert_rules set en = $2, zh = $3, parameters = $4, severity = $5, enabled = $6, "
    "version = $7, changed_at = $8, changed_by = $9 where code = $1",
    *("code", "en", "zh", "parameters", "severity", "enabled", "version"),
    *("changed_at", "changed_by"),
)
DROP: Final = _ask("delete from alert_rules where code = $1", "code")


class RuleRepository:
    """Reads and writes rules within one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def all(self) -> list[Rule]:
        """Return every rule by code."""
        return [_rule(row) for row in await self._work.fetch(ALL, {})]

    async def enabled(self) -> list[Rule]:
        """Return the rules that are switched on."""
        return [_rule(row) for row in await self._work.fetch(ENABLED, {})]

    async def rule(self, code: str, *, locked: bool = False) -> Rule | None:
        """Return a rule, if there is one; locked, nobody else changes it until the end."""
        rows = await self._work.fetch(LOCKED if locked else ONE, {"code": code})
        return _rule(rows[0]) if rows else None

    async def add(self, rule: Rule) -> bool:
        """Add a rule; False when its code is taken."""
        return bool(await self._work.fetch(ADD, _values(rule)))

    async def keep(self, rule: Rule) -> None:
        """Put the next version of a rule in force."""
        await self._work.fetch(KEEP, _values(rule))

    async def drop(self, code: str) -> None:
        """Remove a rule; its alerts stay."""
        await self._work.fetch(DROP, {"code": code})


def _rule(row: Any) -> Rule:
    values = {name: row[name] for name in COLUMNS}
    kind = RuleKind(values.pop("kind"))
    parameters = PARAMETERS[kind].model_validate(values.pop("parameters"))
    severity = Severity(values.pop("severity"))
    return Rule(kind=kind, parameters=parameters, severity=severity, **values)


def _values(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in COLUMNS}
    return values | {
        "kind": rule.kind.value,
        "parameters": rule.parameters.model_dump(),
        "severity": rule.severity.value,
    }
