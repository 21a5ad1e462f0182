"""Explaining: from the grants of roles to what is seen of a customer, with the one that decided."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.access import ORDER, REACH_ALL, Decision, Policy
from app.core.fields import Field, Level
from app.core.grants import REVEAL, Grade, Grant, Reach, Where, read_grant
from app.core.records import RESOURCES, Record

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "granted": ("Granted in clear by {rule}.", "由{rule}授予明文查看。"),
    "masked": ("Granted masked by {rule}.", "由{rule}仅授予掩码查看。"),
    "sensitive": (
        "Granted by {rule}; sensitive values are masked but in the act of revealing them.",
        "由{rule}授予；敏感信息除揭示操作外一律掩码。",
    ),
    "pooled": (
        "Granted by {rule}, but masked as long as the customer is in the common pool.",
        "由{rule}授予，但客户在公海期间一律掩码。",
    ),
    "lent": ("Lent by another department.", "由其他部门共享。"),
    "emergency": (
        "Open by an emergency access, as {rule} shows customers within reach.",
        "经紧急访问开启，按{rule}对可见客户的授权显示。",
    ),
    "elsewhere": (
        "Hidden: {rule} is about other customers.",
        "隐藏：{rule}不适用于该客户。",
    ),
    "not-granted": ("Hidden: no role grants it.", "隐藏：没有角色授予该字段。"),
}
REACH_WORDS: Final = {
    True: ("The customer is within reach.", "该客户在可见范围内。"),
    False: ("The customer is out of reach: not there.", "该客户不在可见范围内，视同不存在。"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A grant of a role, and whether it is about the customer in question."""

    scope: str
    role: str
    grant: Grant
    where: Where
    applies: bool = False

    def view(self) -> dict[str, Any]:
        """Return what is told of it."""
        return {
            "scope": self.scope,
            "role": self.role,
            "reach": self.where.reach,
            "when": {name: list(values) for name, values in self.where.when},
            "applies": self.applies,
        }

    def is_about(self, entry: Field) -> bool:
        """Whether it grants this field, alone or with its group."""
        return self.grant.target in {entry.group.name, entry.path}


def rules_of(roles: Mapping[str, frozenset[str]]) -> list[Rule]:
    """Return the grants of roles, each with the reach that its role gives it."""
    return [rule for code, scopes in roles.items() for rule in _rules(code, scopes)]


def _rules(code: str, scopes: frozenset[str]) -> Iterator[Rule]:
    usual = Reach.ALL if REACH_ALL in scopes else Reach.BELOW
    for scope in sorted(scopes):
        if grant := read_grant(scope):
            yield Rule(scope, code, grant, Where(grant.reach or usual, grant.when))


def explained(policy: Policy, rules: list[Rule]) -> list[dict[str, Any]]:
    """Explain every field of every record, by the policy for this customer."""
    return [
        _explained(record, entry, policy, [rule for rule in rules if rule.is_about(entry)])
        for _, record in sorted(RESOURCES.items())
        for entry in record.fields.values()
    ]


def _explained(
    record: type[Record], entry: Field, policy: Policy, rules: list[Rule]
) -> dict[str, Any]:
    read = policy.on_read(entry)
    reason, rule = _passing(entry, policy, rules) or _decided(entry, read, rules)
    return {
        "resource": record.resource,
        "name": entry.name,
        "group": entry.group.name,
        "level": entry.level,
        "read": read,
        "write": policy.may_write(entry),
        "reveal": policy.may_reveal(entry) and read is Decision.MASK,
        "reason": reason,
        "words": _words(WORDS[reason], rule),
        "decided_by": rule.view() if rule else None,
    }


def _passing(entry: Field, policy: Policy, rules: list[Rule]) -> tuple[str, Rule | None] | None:
    """Say if a field is seen by what passes: more than is granted for good, and by which way."""
    read = policy.on_read(entry)
    if policy.standing.on_read(entry) is read:
        return None
    ways = {part.where.reach for part in policy.merged if part.on_read(entry) is read}
    if Reach.EMERGENCY not in ways:
        return "lent", None
    return "emergency", _strongest(entry, (r for r in rules if r.grant.grade != REVEAL))


def _decided(entry: Field, read: Decision, rules: list[Rule]) -> tuple[str, Rule | None]:
    """Say why, and name the rule: the strongest that applies, or one that applies elsewhere."""
    grades = [rule for rule in rules if rule.grant.grade != REVEAL]
    applying = _strongest(entry, (rule for rule in grades if rule.applies))
    if read is not Decision.HIDE:
        if read is Decision.SHOW:
            return "granted", applying
        clear = applying is not None and Grade(applying.grant.grade) in {Grade.READ, Grade.WRITE}
        if clear:
            return "sensitive" if entry.level is Level.SENSITIVE else "pooled", applying
        return "masked", applying
    elsewhere = _strongest(entry, (rule for rule in grades if not rule.applies))
    if applying is None and elsewhere is not None:
        return "elsewhere", elsewhere
    return "not-granted", applying


def _strongest(entry: Field, rules: Iterable[Rule]) -> Rule | None:
    """Return the highest grade; of one role, what names the field alone counts before its group."""
    held = list(rules)
    alone = {rule.where for rule in held if rule.grant.target == entry.path}
    counting = [r for r in held if r.grant.target == entry.path or r.where not in alone]
    return max(counting, key=lambda rule: ORDER[Grade(rule.grant.grade)], default=None)


def _words(words: tuple[str, str], rule: Rule | None) -> dict[str, str]:
    en, zh = words
    scope = f"{rule.role} ({rule.scope})" if rule else ""
    return {
        "en": en.format(rule=f"the role {scope}" if rule else "no role"),
        "zh": zh.format(rule=f"角色 {scope} " if rule else ""),
    }


def reach_words(*, within: bool) -> dict[str, str]:
    """Say whether the customer is there at all."""
    return _words(REACH_WORDS[within], None)
