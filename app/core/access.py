"""Field access: a pure decision from grades, groups and levels, the same for every way in."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.core.emergency import Emergency
from app.core.fields import Field, Level
from app.core.grants import OF_ROLES, PASSING, REVEAL, Grade, Grant, Reach, Where, read_grant
from app.core.permissions import PERMISSIONS, Permission
from app.core.remembering import remembered

ORDER: Final = {grade: rank for rank, grade in enumerate(Grade)}


class Decision(StrEnum):
    """What a view shows of a field."""

    SHOW = "show"
    MASK = "mask"
    HIDE = "hide"


REACH_ALL: Final = "reach:all"
REACHES: Final = frozenset(reach.value for reach in OF_ROLES)
# What every record carries: its id and when it was made go along with whatever else is granted.
COMMON: Final = "record"
UNTELLING: Final = frozenset({COMMON, "trace"})
OWN_BRANCH: Final = Where(Reach.BELOW)
MOST_PARTS: Final = 60  # each is a bit of a row's mask


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What is granted for some customers; one object per set of scopes keys compiled projections.

    Where customers are granted differently it has parts, one for each `where`, and says of a field
    the most that any of them grants; `of_rows` merges those that count for a row.
    """

    grades: Mapping[str, Grade]
    reveals: frozenset[str] = frozenset()
    where: Where = OWN_BRANCH
    permissions: frozenset[str] | None = None
    revealing: frozenset[str] = frozenset()
    parts: "tuple[Policy, ...]" = ()
    merged: "tuple[Policy, ...]" = ()

    @property
    def _held(self) -> "tuple[Policy, ...]":
        return self.parts or self.merged

    def grade(self, entry: Field) -> Grade:
        """Return the grade of a field: its own, or its group's; nothing is granted by default."""
        if self._held:
            return max((part.grade(entry) for part in self._held), key=ORDER.__getitem__)
        group = self.grades.get(entry.group.name, Grade.NONE)
        return self.grades.get(entry.path, group)

    def on_read(self, entry: Field) -> Decision:
        """Decide what is shown: sensitive values only in the act of revealing them."""
        grade = self.grade(entry)
        if grade is Grade.NONE:
            return Decision.HIDE
        if entry.level is Level.OPEN or (entry.name in self.revealing and self._reveals(entry)):
            return Decision.SHOW
        if grade is Grade.MASKED or entry.level is Level.SENSITIVE:
            return Decision.MASK
        return Decision.SHOW

    def may_write(self, entry: Field) -> bool:
        """Whether the actor may set this field; what the service owns is nobody's to set."""
        return self.grade(entry) is Grade.WRITE and not entry.owned

    def may_reveal(self, entry: Field) -> bool:
        """Whether the act of revealing may show this field in clear."""
        return self.grade(entry) is not Grade.NONE and self._reveals(entry)

    def _reveals(self, entry: Field) -> bool:
        named = {entry.group.name, entry.path}
        return any(not named.isdisjoint(part.reveals) for part in self._held or (self,))

    def allows(self, permission: Permission) -> bool:
        """Whether an act that the actor may do at all may be done to these customers."""
        held = [part.permissions for part in self._held or (self,)]
        return any(found is None or permission in found for found in held)

    def to_reveal(self, names: frozenset[str]) -> "Policy":
        """Return the policy of the act that shows these fields in clear."""
        return _revealing(self, names)

    def of_rows(self, mask: int) -> "Policy":
        """Return the policy for customers that the parts of this mask are about, bit by bit."""
        return _of_rows(self, mask) if self.parts else self

    @property
    def standing(self) -> "Policy":
        """What is granted for good: without what is lent, or opened in an emergency."""
        held = tuple(part for part in self.merged if part.where.reach not in PASSING)
        return replace(self, merged=held) if held else NOTHING if self.merged else self

    def wheres(self, *needs: "Callable[[Policy], bool]") -> tuple[Where, ...]:
        """Return for which customers a part grants all that is needed; parts alone are asked."""
        held = [part for part in self.parts if all(need(part) for need in needs)]
        return tuple(part.where for part in held) if self.parts else (self.where,)

    @property
    def is_telling(self) -> bool:
        """Whether it grants more than what every record carries, such as its id."""
        granted = {target for target, grade in self.grades.items() if grade is not Grade.NONE}
        return bool(granted - UNTELLING or self.reveals)

    def allowed(self, permission: Permission) -> tuple[Where, ...]:
        """Return to which customers an act may be done, of those that stand in for good."""
        held = self.wheres(lambda part: part.allows(permission))
        return tuple(where for where in held if where.reach not in PASSING)

    @property
    def reaches_all(self) -> bool:
        """Whether something is granted of every customer."""
        return any(where.is_everywhere for where in self.wheres())


NOTHING: Final = Policy({}, permissions=frozenset())


@remembered(512)
def _revealing(policy: Policy, names: frozenset[str]) -> Policy:
    return replace(policy, revealing=names)


@remembered(512)
def _of_rows(policy: Policy, mask: int) -> Policy:
    held = tuple(part for place, part in enumerate(policy.parts) if mask >> place & 1)
    return replace(policy, parts=(), merged=held) if held else NOTHING


@remembered(512)
def policy_of(scopes: frozenset[str]) -> Policy:
    """Read the policy out of scopes (app/core/grants.py); the highest grade counts."""
    usual = Where(Reach.ALL if REACH_ALL in scopes else Reach.BELOW)
    grants: dict[Where, list[Grant]] = {}
    acts: dict[Where, set[str]] = {}
    common: list[Grant] = []
    for scope in sorted(scopes):
        act, _, reach = scope.partition("@")
        if act in PERMISSIONS:
            if reach in REACHES:
                acts.setdefault(Where(Reach(reach)), set()).add(act)
        elif (grant := read_grant(scope)) is None:
            continue
        elif grant.target == COMMON and grant.reach is None and not grant.when:
            common.append(grant)
        else:
            where = Where(grant.reach or usual.reach, grant.when)
            grants.setdefault(where, []).append(grant)
    anywhere = scopes.difference(*acts.values()) & PERMISSIONS
    wheres = sorted(grants.keys() | acts.keys(), key=repr)
    parts = [
        _part(
            where,
            [*grants.get(where, ()), *common],
            anywhere | acts.get(where, set()) if acts else None,
        )
        for where in wheres
    ]
    kept = [part for part in parts if part.is_telling or part.where in acts]
    return joined(kept or [_part(usual, common, None)])


def _part(where: Where, grants: list[Grant], permissions: frozenset[str] | None) -> Policy:
    grades: dict[str, Grade] = {}
    for grant in grants:
        if grant.grade != REVEAL:
            known = grades.get(grant.target, Grade.NONE)
            grades[grant.target] = max(known, Grade(grant.grade), key=ORDER.__getitem__)
    reveals = frozenset(grant.target for grant in grants if grant.grade == REVEAL)
    return Policy(grades, reveals, where, permissions)


def joined(parts: list[Policy]) -> Policy:
    """Make one policy of its parts; too many for the bits of a mask, the last are left out."""
    if len(parts) == 1:
        return parts[0]
    return Policy({}, parts=tuple(parts[:MOST_PARTS]))


@remembered(512)
def fingerprint_of(scopes: frozenset[str]) -> str:
    """Name a set of scopes in the audit: the same scopes, the same twelve characters."""
    return hashlib.sha256(" ".join(sorted(scopes)).encode()).hexdigest()[:12]


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    CLIENT = "client"
    JOB = "job"
    SELF_SERVICE = "self_service"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, another system, a job or a customer, with scopes and reach.

    `departments` are those that records may be put into; `below` one's own and those below,
    `above` one's own and those above; `further` are one's own beside the primary one. `narrowing`
    are the scopes of a token that bears fewer than its user has: what it leaves for later keeps it.
    """

    kind: ActorKind
    actor_id: UUID | None = None
    username: str = ""
    roles: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    department_id: UUID | None = None
    departments: tuple[UUID, ...] = ()
    below: tuple[UUID, ...] = ()
    further: tuple[UUID, ...] = ()
    above: tuple[UUID, ...] = ()
    session: str | None = None
    factor_at: datetime | None = None
    emergencies: tuple[Emergency, ...] = ()
    narrowing: frozenset[str] | None = None
    policy: Policy = field(default_factory=lambda: policy_of(frozenset()))
    fingerprint: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the scopes contain the permission."""
        return permission in self.scopes


NOBODY: Final = Actor(ActorKind.NOBODY)


def an_actor(  # noqa: PLR0913 - what is known of an actor
    kind: ActorKind,
    actor_id: UUID,
    *,
    username: str = "",
    roles: Iterable[str] = (),
    scopes: Iterable[str],
    department_id: UUID | None = None,
    departments: Iterable[UUID] = (),
    below: Iterable[UUID] | None = None,
    further: Iterable[UUID] = (),
    above: Iterable[UUID] = (),
    session: str | None = None,
    factor_at: datetime | None = None,
) -> Actor:
    """Build an actor with the policy that its scopes make."""
    held, departments = frozenset(scopes), tuple(departments)
    return Actor(
        kind,
        actor_id,
        username,
        tuple(roles),
        held,
        department_id,
        departments,
        departments if below is None else tuple(below),
        tuple(further),
        tuple(above),
        session,
        factor_at,
        policy=policy_of(held),
        fingerprint=fingerprint_of(held),
    )
