"""Grants as they are written in scopes: what is granted, how far, and for which customers.

`contact:masked`, `customers.phone:read@own`, `trade:read@all?tier=A|B`: a field group or a single
field, a grade, the reach, and conditions on members of the customer.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

REVEAL: Final = "reveal"
FORM: Final = re.compile(
    r"(?P<target>[a-z][a-z0-9_.-]*):(?P<grade>none|masked|read|write|reveal)"
    r"(?:@(?P<reach>own|department|below|all))?(?:\?(?P<when>[^?@:\s]+))?"
)
CONDITION: Final = re.compile(r"(?P<name>[a-z][a-z0-9_]*)=(?P<values>[^=&|\s]+(?:\|[^=&|\s]+)*)")


class Reach(StrEnum):
    """Whose customers: one's own, those of one's department, of those below it too, or all.

    What is lent to a department reaches those who belong to it or to one below; what is opened in
    an emergency, the one who has opened it.
    """

    OWN = "own"
    DEPARTMENT = "department"
    BELOW = "below"
    ALL = "all"
    LENT = "lent"
    EMERGENCY = "emergency"


# What passes: nobody is granted by a role what is lent, or what an emergency opens.
PASSING: Final = frozenset({Reach.LENT, Reach.EMERGENCY})
OF_ROLES: Final = tuple(reach for reach in Reach if reach not in PASSING)


class Grade(StrEnum):
    """How far a group of fields is open to an actor, each including the one before."""

    NONE = "none"
    MASKED = "masked"
    READ = "read"
    WRITE = "write"


When = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Which customers something is granted for: a reach, and the values some members must have.

    `pooled` tells those in the common pool (True) from the others (False); None is for both.
    """

    reach: Reach
    when: When = ()
    pooled: bool | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it leaves no customer out."""
        return self.reach is Reach.ALL and not self.when


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant; without a reach of its own it reaches as far as its role."""

    target: str
    grade: str
    reach: Reach | None = None
    when: When = ()

    def text(self) -> str:
        """Write the grant as a scope."""
        reach = f"@{self.reach}" if self.reach else ""
        conditions = "&".join(f"{name}={'|'.join(values)}" for name, values in self.when)
        return f"{self.target}:{self.grade}{reach}{'?' if conditions else ''}{conditions}"


def read_grant(scope: str) -> Grant | None:
    """Read a scope; None for one that is no grant, such as a permission of another form."""
    found = FORM.fullmatch(scope)
    if found is None:
        return None
    when = _read_when(found["when"])
    if when is None:
        return None
    reach = Reach(found["reach"]) if found["reach"] else None
    return Grant(found["target"], found["grade"], reach, when)


def _read_when(text: str | None) -> When | None:
    """Read conditions in one order, so that equal ones are alike; None when they have no form."""
    if text is None:
        return ()
    found = [CONDITION.fullmatch(part) for part in text.split("&")]
    read = [(one["name"], tuple(sorted(one["values"].split("|")))) for one in found if one]
    if len(read) < len(found) or len({name for name, _ in read}) < len(read):
        return None
    return tuple(sorted(read))
