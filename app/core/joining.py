"""Joining: what roles, what other departments lend, and an emergency come to together."""

from collections.abc import Iterable, Iterator
from typing import Final

from app.core.access import COMMON, ORDER, REACH_ALL, UNTELLING, Policy, joined
from app.core.fields import GROUPS, Field
from app.core.grants import PASSING, Grade, Reach, Where
from app.core.permissions import PERMISSIONS, Permission
from app.core.records import RESOURCES
from app.core.remembering import remembered

READING: Final = frozenset({Permission.CUSTOMERS_READ.value})
OPENING: Final = frozenset({*READING, Permission.CUSTOMERS_REVEAL.value})


@remembered(512)
def borrowing(policy: Policy) -> Policy:
    """Add to a policy what may be lent: each group as far as it is read somewhere already.

    What is lent is for reading; who may not see a group or a field anywhere is lent nothing of it.
    """
    parts = policy.parts or (policy,)
    found = {group: _lent(group, parts) for group in sorted(GROUPS.keys() - UNTELLING)}
    lent = [
        Policy({**grades, COMMON: Grade.READ}, where=lent_group(group), permissions=READING)
        for group, grades in found.items()
        if any(grade is not Grade.NONE for grade in grades.values())
    ]
    return joined([*parts, *lent])


def _lent(group: str, parts: Iterable[Policy]) -> dict[str, Grade]:
    """Return the most that any part reads of a group, and of its fields that are granted alone."""
    named = {name for part in parts for name in part.grades}
    entries = [e for e in _fields() if e.group.name == group and e.path in named]
    held = {entry.path: [part.grade(entry) for part in parts] for entry in entries}
    held[group] = [part.grades.get(group, Grade.NONE) for part in parts]
    return {
        name: min(max(grades, key=_rank), Grade.READ, key=_rank) for name, grades in held.items()
    }


def _fields() -> Iterator[Field]:
    for record in RESOURCES.values():
        yield from record.fields.values()


def lent_group(group: str) -> Where:
    """Return for which customers a group is lent."""
    return Where(Reach.LENT, (("group", (group,)),))


@remembered(512)
def in_emergency(policy: Policy) -> Policy:
    """Add to a policy what it shows of customers opened in an emergency: as if within reach.

    For reading and revealing only; conditions on the customer itself hold as ever.
    """
    held = policy.parts or (policy,)
    near = [part for part in held if part.where.reach not in {Reach.ALL, *PASSING}]
    return joined([*held, *map(_opened, near)])


def _opened(part: Policy) -> Policy:
    acts = OPENING if part.permissions is None else OPENING & part.permissions
    grades = {name: min(grade, Grade.READ, key=_rank) for name, grade in part.grades.items()}
    return Policy(grades, part.reveals, Where(Reach.EMERGENCY, part.where.when), acts)


def _rank(grade: Grade) -> int:
    return ORDER[grade]


def within_own_reach(scopes: frozenset[str]) -> frozenset[str]:
    """Write the reach of a role into each of its scopes, so that it stays when roles are joined."""
    reach = Reach.ALL if REACH_ALL in scopes else Reach.BELOW
    held = scopes - {REACH_ALL}
    return (held & PERMISSIONS) | {_reaching(scope, reach) for scope in held}


def _reaching(scope: str, reach: Reach) -> str:
    if "@" in scope or scope.startswith(f"{COMMON}:"):
        return scope
    target, mark, when = scope.partition("?")
    return f"{target}@{reach}{mark}{when}"
