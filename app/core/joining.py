"""Joining: what the roles of one person, and what other departments lend, come to together."""

from typing import Final

from app.core.access import (
    COMMON,
    ORDER,
    PERMISSIONS,
    REACH_ALL,
    UNTELLING,
    Permission,
    Policy,
    joined,
)
from app.core.fields import GROUPS
from app.core.grants import Grade, Reach, Where
from app.core.remembering import remembered

READING: Final = frozenset({Permission.CUSTOMERS_READ.value})


@remembered(512)
def borrowing(policy: Policy) -> Policy:
    """Add to a policy what may be lent: each group as far as it is read somewhere already.

    What is lent is for reading; who may not see a group anywhere is lent nothing of it.
    """
    held: dict[str, Grade] = {}
    for part in policy.parts or (policy,):
        for group, grade in part.grades.items():
            if group in GROUPS and group not in UNTELLING and grade is not Grade.NONE:
                known = held.get(group, Grade.NONE)
                held[group] = max(known, min(grade, Grade.READ, key=_rank), key=_rank)
    lent = [
        Policy({group: grade, COMMON: Grade.READ}, where=lent_group(group), permissions=READING)
        for group, grade in sorted(held.items())
    ]
    return joined([*(policy.parts or (policy,)), *lent])


def lent_group(group: str) -> Where:
    """Return for which customers a group is lent."""
    return Where(Reach.LENT, (("group", (group,)),))


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
