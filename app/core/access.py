"""Field access: a pure decision from grades, groups and levels, the same for every way in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.core.fields import Field, Group, Level
from app.core.remembering import remembered


class Grade(StrEnum):
    """How far a group of fields is open to an actor, each including the one before."""

    NONE = "none"
    MASKED = "masked"
    READ = "read"
    WRITE = "write"


ORDER: Final = {grade: rank for rank, grade in enumerate(Grade)}
REVEAL: Final = "reveal"


class Decision(StrEnum):
    """What a view shows of a field."""

    SHOW = "show"
    MASK = "mask"
    HIDE = "hide"


class Permission(StrEnum):
    """What an operation asks of the actor, beside the grades of the fields it touches."""

    SIGNED_IN = "self:read"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_ARCHIVE = "customers:archive"
    CUSTOMERS_REVEAL = "customers:reveal"
    DUPLICATES_READ = "duplicates:read"
    ACCESS_LOG_READ = "access-log:read"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    STAFF_READ = "staff:read"
    SYSTEM_READ = "system:read"


REACH_ALL: Final = "reach:all"


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """The grades of a set of scopes; one object per set, so that it keys compiled projections."""

    grades: Mapping[str, Grade]
    reveals: frozenset[str]
    reaches_all: bool
    revealing: frozenset[str] = frozenset()

    def grade(self, group: Group) -> Grade:
        """Return the grade of a group; nothing is granted by default."""
        return self.grades.get(group.name, Grade.NONE)

    def on_read(self, entry: Field) -> Decision:
        """Decide what is shown: sensitive values only in the act of revealing them."""
        grade = self.grade(entry.group)
        if grade is Grade.NONE:
            return Decision.HIDE
        if entry.level is Level.OPEN or entry.name in self.revealing:
            return Decision.SHOW
        if grade is Grade.MASKED or entry.level is Level.SENSITIVE:
            return Decision.MASK
        return Decision.SHOW

    def may_write(self, entry: Field) -> bool:
        """Whether the actor may set this field; what the service owns is nobody's to set."""
        return self.grade(entry.group) is Grade.WRITE and not entry.owned

    def may_reveal(self, entry: Field) -> bool:
        """Whether the act of revealing may show this field in clear."""
        return self.on_read(entry) is not Decision.HIDE and entry.group.name in self.reveals

    def to_reveal(self, names: frozenset[str]) -> "Policy":
        """Return the policy of the act that shows these fields in clear."""
        return _revealing(self, names)


@remembered(512)
def _revealing(policy: Policy, names: frozenset[str]) -> Policy:
    return Policy(policy.grades, policy.reveals, policy.reaches_all, names)


@remembered(512)
def policy_of(scopes: frozenset[str]) -> Policy:
    """Read the policy out of scopes (`contact:masked`, `reach:all`); the highest grade counts."""
    grades: dict[str, Grade] = {}
    reveals = set()
    for scope in sorted(scopes):
        group, _, action = scope.partition(":")
        if action == REVEAL:
            reveals.add(group)
        elif action in ORDER:
            grades[group] = max(grades.get(group, Grade.NONE), Grade(action), key=ORDER.__getitem__)
    return Policy(grades, frozenset(reveals), REACH_ALL in scopes)


@remembered(512)
def fingerprint_of(scopes: frozenset[str]) -> str:
    """Name a set of scopes in the audit: the same scopes, the same twelve characters."""
    return hashlib.sha256(" ".join(sorted(scopes)).encode()).hexdigest()[:12]


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    CLIENT = "client"
    JOB = "job"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, another system or a job, with scopes and reach."""

    kind: ActorKind
    actor_id: UUID | None = None
    username: str = ""
    roles: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    department_id: UUID | None = None
    departments: tuple[UUID, ...] = ()
    session: str | None = None
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
    session: str | None = None,
) -> Actor:
    """Build an actor with the policy that its scopes make."""
    held = frozenset(scopes)
    return Actor(
        kind,
        actor_id,
        username,
        tuple(roles),
        held,
        department_id,
        tuple(departments),
        session=session,
        policy=policy_of(held),
        fingerprint=fingerprint_of(held),
    )
