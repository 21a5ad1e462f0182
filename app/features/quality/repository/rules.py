"""Rules in the database."""

from typing import Any, Final

from app.core.quality_rules import QualityRule, told_of
from app.core.standards import COLUMNS, all_rules, rule_of
from app.core.statements import Statement
from app.core.work import UnitOfWork

NAMED: Final = ", ".join(COLUMNS)


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


ONE: Final = _ask(f"select {NAMED} from quality_rules where code = $1", "code")  # noqa: S608 - names of our own columns
LOCKED: Final = _ask(f"{ONE.sql} for update", "code")
ADD: Final = _ask(
    f"insert into quality_rules ({NAMED}) "  # noqa: S608 - names of our own columns
    f"values ({', '.join(f'${place}' for place, _ in enumerate(COLUMNS, 1))}) "
    "on conflict (code) do nothing returning code",
    *COLUMNS,
)
CHANGED: Final = tuple(name for name in COLUMNS if name not in {"code", "kind", "resource"})
KEEP: Final = _ask(
    "update quality_rules set "  # noqa: S608 - names of our own columns
    + ", ".join(f"{name} = ${place}" for place, name in enumerate(CHANGED, 2))
    + " where code = $1",
    *("code", *CHANGED),
)
DROP: Final = _ask("delete from quality_rules where code = $1", "code")


class RuleRepository:
    """Reads and writes rules within one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def all(self) -> list[QualityRule]:
        """Return every rule by code."""
        return await all_rules(self._work)

    async def rule(self, code: str, *, locked: bool = False) -> QualityRule | None:
        """Return a rule, if there is one; locked, nobody else changes it until the end."""
        rows = await self._work.fetch(LOCKED if locked else ONE, {"code": code})
        return rule_of(rows[0]) if rows else None

    async def add(self, rule: QualityRule) -> bool:
        """Add a rule; False when its code is taken."""
        return bool(await self._work.fetch(ADD, _values(rule)))

    async def keep(self, rule: QualityRule) -> None:
        """Put the next version of a rule in force."""
        await self._work.fetch(KEEP, _values(rule))

    async def drop(self, code: str) -> None:
        """Remove a rule; its issues close when their customers are measured next."""
        await self._work.fetch(DROP, {"code": code})


def _values(rule: QualityRule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in COLUMNS}
    return values | {
        "kind": rule.kind.value,
        "parameters": told_of(rule.parameters),
        "severity": rule.severity.value,
        "kinds": [*rule.kinds],
        "tiers": [*rule.tiers],
        "departments": [*rule.departments],
    }
