"""Comparison: what publishing a draft would change, field by field, in words of both languages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field
from app.core.grants import REVEAL, Reach, Where
from app.core.permissions import Permission
from app.core.records import RESOURCES, Record
from app.features.roles.contents import Contents

READ, WRITE = "read", "write"
NEEDED: Final = {
    READ: Permission.CUSTOMERS_READ.value,
    WRITE: Permission.CUSTOMERS_WRITE.value,
    REVEAL: Permission.CUSTOMERS_REVEAL.value,
}
REACHES: Final = {reach: rank for rank, reach in enumerate(Reach)}
MASKED, CLEAR, YES = "masked", "clear", "yes"
WORDS: Final = {
    READ: ("read", "查看"),
    WRITE: ("write", "修改"),
    REVEAL: ("reveal", "查看明文"),
    MASKED: ("masked", "脱敏"),
    CLEAR: ("clear", "明文"),
    YES: ("yes", "可以"),
    "nothing": ("no", "不可"),
    Reach.OWN: ("own customers", "本人客户"),
    Reach.DEPARTMENT: ("own department", "本部门"),
    Reach.BELOW: ("own department and below", "本部门及下级"),
    Reach.ALL: ("all customers", "全部客户"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How something is granted for some customers."""

    how: str
    where: Where

    def covers(self, other: "Rule") -> bool:
        """Whether the other rule adds nothing: as little, for customers that this one has too."""
        wide = REACHES[self.where.reach] >= REACHES[other.where.reach]
        held = dict(other.where.when)
        named = all({*held.get(name, ())} and {*held[name]} <= {*v} for name, v in self.where.when)
        return wide and named and self.how in {other.how, CLEAR}

    def shown(self) -> dict[str, Any]:
        """Return the members of a view."""
        when = {name: list(values) for name, values in self.where.when}
        return {"how": self.how, "reach": self.where.reach.value, "when": when}

    def words(self, language: int) -> str:
        """Say it in English (0) or Chinese (1)."""
        conditions = [f"{name}={'|'.join(values)}" for name, values in self.where.when]
        whom = ", ".join([WORDS[self.where.reach][language], *conditions])
        return f"{WORDS[self.how][language]} ({whom})"


def compare(before: Iterable[str], after: Iterable[str]) -> dict[str, Any]:
    """Return what would change from the scopes in force to those of the draft."""
    old, new = frozenset(before), frozenset(after)
    was, will = Contents.of(old), Contents.of(new)
    return {
        "reach": {"before": was.reach.value, "after": will.reach.value},
        "permissions": {
            "added": sorted({*will.permissions} - {*was.permissions}),
            "removed": sorted({*was.permissions} - {*will.permissions}),
        },
        "fields": list(_changes(old, new)),
    }


def _changes(old: frozenset[str], new: frozenset[str]) -> Iterator[dict[str, Any]]:
    every = [(record, entry) for record in RESOURCES.values() for entry in record.fields.values()]
    for record, entry in every:
        before, after = rules(entry, old), rules(entry, new)
        for act in NEEDED:
            if {*before[act]} != {*after[act]}:
                yield _change(record, entry, act, before[act], after[act])


def _change(
    record: type[Record], entry: Field, act: str, before: list[Rule], after: list[Rule]
) -> dict[str, Any]:
    whose = "" if record.noun == "customer" else f" ({record.resource})"
    said = [f"{WORDS[act][one]} {_say(before, one)} -> {_say(after, one)}" for one in (0, 1)]
    return {
        "resource": record.resource,
        "field": entry.name,
        "act": act,
        "before": [rule.shown() for rule in before],
        "after": [rule.shown() for rule in after],
        "en": f"{entry.en}{whose}: {said[0]}",
        "zh": f"{entry.zh}{whose}：{said[1]}",
    }


def _say(found: list[Rule], language: int) -> str:
    if not found:
        return WORDS["nothing"][language]
    return "; ".join(rule.words(language) for rule in found)


def rules(entry: Field, scopes: frozenset[str]) -> dict[str, list[Rule]]:
    """Return by act how a field is granted, the act's own permission included.

    Asks the policy that decides every request, so that both say the same.
    """
    policy = policy_of(scopes)
    found: dict[str, list[Rule]] = {act: [] for act in NEEDED}
    for part in policy.parts or (policy,):
        for act, how in _granted(entry, part).items():
            if NEEDED[act] in scopes:
                found[act].append(Rule(how, part.where))
    return {act: _telling(several) for act, several in found.items()}


def _granted(entry: Field, part: Policy) -> dict[str, str]:
    seen = part.on_read(entry)
    allowed = {
        READ: {Decision.SHOW: CLEAR, Decision.MASK: MASKED}.get(seen),
        WRITE: YES if part.may_write(entry) else None,
        REVEAL: YES if seen is Decision.MASK and part.may_reveal(entry) else None,
    }
    return {act: how for act, how in allowed.items() if how is not None}


def _telling(found: list[Rule]) -> list[Rule]:
    """Leave out rules that add nothing to another one, and put the widest first."""
    kept = [one for one in found if not any(o != one and o.covers(one) for o in found)]
    return sorted(kept, key=lambda rule: (-REACHES[rule.where.reach], repr(rule)))
