"""Standards: the rules in force, held in memory, and what is refused by them.

They are read at most once a second in a process, when something is written. A rule refuses only
whoever sees all that it is about; of others the breach is an issue for the stewards.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.core.access import Decision, Policy
from app.core.problems import Fault, Problem
from app.core.quality_rules import (
    PARAMETERS,
    QUALITY_RULES,
    VALIDATION,
    QualityRule,
    StandardKind,
    StandardSeverity,
    entry_of,
)
from app.core.records import Record
from app.core.rule_checks import is_broken
from app.core.statements import Statement
from app.core.work import UnitOfWork

Values = Mapping[str, Any]
COLUMNS: Final = tuple(QUALITY_RULES.c.keys())
ALL: Final = Statement(f"select {', '.join(COLUMNS)} from quality_rules order by code", (), {})  # noqa: S608 - names of our own columns
FRESH: Final = 1.0


class StandardNotMet(Problem):
    """The record would break rules of quality; `errors` says which, at the fields."""

    slug, status = "standard-not-met", 422
    title = "The record would not meet the standards of quality."
    title_zh = "该档案不符合数据质量标准。"


class Standards:
    """The rules as they were read last; one for each process."""

    def __init__(self) -> None:
        self.rules: tuple[QualityRule, ...] = ()
        self._read_at: float | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether they were read within the second."""
        return self._read_at is not None and time.monotonic() - self._read_at < FRESH

    def keep(self, rules: Iterable[QualityRule], began: float) -> None:
        """Keep what was read from a moment on."""
        self.rules, self._read_at = tuple(rules), began

    def refusing(self, record: type[Record]) -> list[QualityRule]:
        """Return the rules about a record whose breach is refused."""
        return [rule for rule in self.rules if rule.resource == record.resource and _refuses(rule)]


def _refuses(rule: QualityRule) -> bool:
    return rule.enabled and rule.severity is StandardSeverity.ERROR and rule.kind in VALIDATION


async def standards(work: UnitOfWork) -> Standards:
    """Return the rules in force, at most a second old."""
    held = held_standards(work)
    if not held.is_fresh:
        began = time.monotonic()
        held.keep(await all_rules(work), began)
    return held


def held_standards(work: UnitOfWork) -> Standards:
    """Return the rules as they were read last."""
    held: Standards = work.platform.tools.setdefault(Standards, Standards())
    return held


async def all_rules(work: UnitOfWork) -> list[QualityRule]:
    """Read every rule, by code."""
    return [rule_of(row) for row in await work.fetch(ALL, {})]


def rule_of(row: Any) -> QualityRule:
    """Make a rule of its row."""
    values = {name: row[name] for name in COLUMNS}
    kind = StandardKind(values["kind"])
    return QualityRule(
        **values
        | {
            "kind": kind,
            "parameters": PARAMETERS[kind].model_validate(values["parameters"]),
            "severity": StandardSeverity(values["severity"]),
            "kinds": tuple(values["kinds"]),
            "tiers": tuple(values["tiers"]),
            "departments": tuple(values["departments"]),
        }
    )


def faults_of(
    rules: Sequence[QualityRule],
    policy: Policy,
    sent: Iterable[str],
    *,
    before: Values | None,
    after: Values,
    customer: Values,
    pointer: str = "",
) -> list[Fault]:
    """Return what a write breaks that its author sees: anew, or by a field that is written."""
    written = {*sent}
    return [
        Fault(f"{pointer}/{rule.parameters.field}", rule.code, (rule.en, rule.zh))
        for rule in rules
        if is_broken(rule, after, customer)
        and (before is None or _touches(rule, written) or not is_broken(rule, before, customer))
        and _sees(rule, policy, written)
    ]


def _touches(rule: QualityRule, written: set[str]) -> bool:
    return any(path.partition(".")[2] in written for path in rule.paths)


def _sees(rule: QualityRule, policy: Policy, written: set[str]) -> bool:
    """Whether somebody sees in clear, or writes just now, all that a breach would tell of."""
    own = {f"{rule.resource}.{name}" for name in written}
    unseen = (path for path in rule.paths if path not in own)
    return all(
        (entry := entry_of(path)) is not None and policy.on_read(entry) is Decision.SHOW
        for path in unseen
    )
