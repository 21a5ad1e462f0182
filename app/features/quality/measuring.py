"""Measuring: how whole, valid and fresh a customer is, by the rules in force; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.core.quality_rules import (
    MEASURED,
    VALIDATION,
    VERIFIED,
    QualityRule,
    StandardKind,
    StandardSeverity,
    entry_of,
    paths_of,
)
from app.core.rule_checks import is_broken, is_filled, moment_of

# Where no rule of weights is for a customer.
USUAL: Final[Mapping[str, Mapping[str, int]]] = {
    "person": {
        "customers.name": 3,
        "customers.phone": 3,
        "customers.email": 1,
        "customers.city": 1,
        "customers.tier": 1,
        "customers.lifecycle": 1,
        "customers.source": 1,
    },
    "organization": {
        "customers.name": 3,
        "customers.phone": 2,
        "customers.address": 1,
        "customers.city": 1,
        "customers.tier": 1,
        "customers.nature": 1,
        "organization-profiles.registration_no": 2,
    },
}
SHARES: Final = {"completeness": 50, "validity": 30, "freshness": 20}
COUNTS: Final = {StandardSeverity.ERROR: 2, StandardSeverity.WARNING: 1}
Sees = Callable[[str], bool]
SeesRule = Callable[[QualityRule], bool]


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer to be measured: its values by resource, and when its groups were changed."""

    values: Mapping[str, Mapping[str, Any]]
    touched: Mapping[str, datetime]

    @property
    def customer(self) -> Mapping[str, Any]:
        """The values of the master record."""
        return self.values["customers"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was found; a part of which nothing is seen is None."""

    completeness: int | None
    validity: int | None
    freshness: int | None
    missing: tuple[str, ...] = ()
    broken: tuple[QualityRule, ...] = ()
    stale: tuple[QualityRule, ...] = ()
    parts: Mapping[str, int | None] = field(init=False)

    def __post_init__(self) -> None:
        parts = {name: getattr(self, name) for name in SHARES}
        object.__setattr__(self, "parts", parts)

    @property
    def score(self) -> int | None:
        """Both as one, each part by its share of those that are seen."""
        seen = {name: part for name, part in self.parts.items() if part is not None}
        total = sum(SHARES[name] for name in seen)
        if not total:
            return None
        return round(sum(SHARES[name] * part for name, part in seen.items()) / total)


def measure(
    subject: Subject, rules: Sequence[QualityRule], sees: Sees, sees_rule: SeesRule
) -> Measure:
    """Measure a customer by what is seen of it; rules that are not seen whole do not count."""
    mine = [rule for rule in rules if rule.enabled and rule.is_for(subject.customer)]
    seen = [rule for rule in mine if sees_rule(rule) and _has(subject, rule)]
    valid = [rule for rule in seen if rule.kind in VALIDATION]
    broken = [rule for rule in valid if _is_broken(rule, subject)]
    fresh = [rule for rule in seen if rule.kind is StandardKind.FRESHNESS]
    stale = [rule for rule in fresh if is_stale(rule, subject)]
    weights = {path: w for path, w in _weights(subject, mine).items() if sees(path)}
    missing = [path for path in weights if not _is_filled(path, subject)]
    return Measure(
        _share(weights.values(), (weights[path] for path in missing)),
        _share((COUNTS[one.severity] for one in valid), (COUNTS[one.severity] for one in broken)),
        _share((1 for _ in fresh), (1 for _ in stale)),
        tuple(missing),
        tuple(broken),
        tuple(stale),
    )


def _has(subject: Subject, rule: QualityRule) -> bool:
    """Whether there is a record that the rule is about: a person has no organisation profile."""
    return rule.kind not in VALIDATION or rule.resource in subject.values


def _is_broken(rule: QualityRule, subject: Subject) -> bool:
    return is_broken(rule, subject.values[rule.resource], subject.customer)


def is_stale(rule: QualityRule, subject: Subject) -> bool:
    """Whether a group that holds anything was neither changed nor verified for too long."""
    group, days = rule.parameters.group, rule.parameters.days
    if not any(_is_filled(path, subject) for path in paths_of(group)):
        return False
    moments = [
        moment
        for moment in (subject.touched.get(group), moment_of(subject.customer.get(VERIFIED_NAME)))
        if moment is not None
    ]
    now = subject.touched["measured"]
    return bool(moments) and max(moments) < now - timedelta(days=days)


VERIFIED_NAME: Final = VERIFIED.partition(".")[2]


def _weights(subject: Subject, mine: Iterable[QualityRule]) -> Mapping[str, int]:
    """Return the weights of the rule that is most closely for a customer, or the usual ones.

    Its fields are looked at one by one, so that it need not be seen whole.
    """
    found = [rule for rule in mine if rule.kind is StandardKind.WEIGHTS]
    if not found:
        return USUAL.get(str(subject.customer.get("kind")), {})
    closest = max(found, key=lambda rule: (len(rule.scope), rule.code))
    weights: Mapping[str, int] = closest.parameters.weights
    return {p: w for p, w in weights.items() if p.partition(".")[0] in subject.values}


def _is_filled(path: str, subject: Subject) -> bool:
    resource, _, name = path.partition(".")
    return is_filled(subject.values.get(resource, {}).get(name))


def _share(all_: Iterable[int], lost: Iterable[int]) -> int | None:
    """Return what is left, of a hundred; None of nothing."""
    total = sum(all_)
    return round(100 * (total - sum(lost)) / total) if total else None


def groups_named(names: Iterable[str]) -> set[str]:
    """Return the field groups that changed members stand in."""
    wanted = {*names}
    return {
        entry.group.name
        for resource in MEASURED
        for name in wanted
        if (entry := entry_of(f"{resource}.{name}")) is not None and not entry.owned
    }
