"""The staff at one moment, in memory: who there is, and what follows from roles and departments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Self
from uuid import UUID

from app.core.access import REACH_ALL, Actor, ActorKind, an_actor, policy_of
from app.core.clock import now
from app.core.emergency import Emergency
from app.core.joining import borrowing, in_emergency, within_own_reach
from app.core.narrowing import narrowed
from app.core.networks import Networks
from app.core.permissions import Permission
from app.core.pooling import Pool, pooling
from app.core.tokens import told
from app.features.staff.models import UserStatus


@dataclass(frozen=True, slots=True)
class Department:
    """A department, named in both languages, below another one or at the top."""

    department_id: UUID
    name: str
    name_zh: str | None
    parent_id: UUID | None
    code: str | None = None
    manager_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its labels, and the scopes of those who have it."""

    code: str
    en: str
    zh: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms another system works: until when, from where, and with which scopes."""

    expires_at: datetime
    networks: Networks | None = None
    scopes: frozenset[str] | None = None
    owner_id: UUID | None = None

    @property
    def are_over(self) -> bool:
        """Whether their time has passed."""
        return self.expires_at <= now()

    def admit(self, source: str | None) -> bool:
        """Whether it may come from that address."""
        return self.networks is None or source in self.networks


@dataclass(frozen=True, slots=True)
class User:
    """A person or another system that may sign in."""

    user_id: UUID
    username: str
    display_name: str
    kind: ActorKind
    status: UserStatus
    department_id: UUID | None
    roles: tuple[str, ...]
    further: tuple[UUID, ...] = ()
    terms: Terms | None = None

    @property
    def is_active(self) -> bool:
        """Whether the user may sign in and act."""
        is_over = self.terms is not None and self.terms.are_over
        return self.status is UserStatus.ACTIVE and not is_over

    def may_come_from(self, source: str | None) -> bool:
        """Whether that address is one of those that the user may come from."""
        return self.terms is None or self.terms.admit(source)

    @property
    def is_active_person(self) -> bool:
        """Whether somebody can be counted on here."""
        return self.is_active and self.kind is ActorKind.PERSON


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All of the staff as of one epoch."""

    epoch: int
    users: Mapping[UUID, User]
    roles: Mapping[str, Role]
    departments: Mapping[UUID, Department]
    below: Mapping[UUID, tuple[UUID, ...]]
    scopes: Mapping[tuple[str, ...], frozenset[str]]
    borrowers: frozenset[UUID] = frozenset()
    emergencies: Mapping[UUID, tuple[Emergency, ...]] = field(default_factory=dict)
    pools: Mapping[UUID, Pool] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        epoch: int,
        users: list[User],
        roles: list[Role],
        departments: list[Department],
        borrowers: frozenset[UUID] = frozenset(),
        emergencies: Iterable[tuple[UUID, Emergency]] = (),
        pools: Iterable[Pool] = (),
    ) -> Self:
        """Index what was read, and work out scopes and who stands below whom."""
        by_code = {role.code: role for role in roles}
        opened: dict[UUID, tuple[Emergency, ...]] = {}
        for user_id, emergency in emergencies:
            opened[user_id] = (*opened.get(user_id, ()), emergency)
        return cls(
            epoch,
            {user.user_id: user for user in users},
            by_code,
            {department.department_id: department for department in departments},
            _below(departments),
            {held: _union(held, by_code) for held in {user.roles for user in users}},
            borrowers,
            opened,
            {pool.department_id: pool for pool in pools},
        )

    def scopes_of(self, user: User) -> frozenset[str]:
        """Return the scopes of all roles that the user has: one object for the same roles.

        Of another system they may be narrowed to a list of its own.
        """
        held = self.scopes[user.roles]
        if user.terms is None or user.terms.scopes is None:
            return held
        return narrowed(held, user.terms.scopes)

    def granted(self, roles: Iterable[str], scopes: Iterable[str] | None) -> frozenset[str]:
        """Return what roles grant together, narrowed to some scopes if there are any."""
        held = _union(tuple(roles), self.roles)
        return held if scopes is None else narrowed(held, frozenset(scopes))

    def are_good(self, scopes: frozenset[str], user: User) -> bool:
        """Whether a token's scopes are what its user has, or what another system asked for of it.

        Such a system may hold fewer, if they grant no more than all of them now.
        """
        held = self.scopes_of(user)
        if scopes in {held, told(held)}:
            return True
        return user.terms is not None and scopes == narrowed(held, scopes)

    def called(self, username: str) -> User | None:
        """Return the user of a name, if there is one."""
        return next((user for user in self.users.values() if user.username == username), None)

    def may_write_staff(self, roles: Iterable[str]) -> bool:
        """Whether one of these roles lets somebody look after the staff."""
        held = [self.roles[code].scopes for code in roles if code in self.roles]
        return any(Permission.STAFF_WRITE in scopes for scopes in held)

    def actor(
        self,
        user: User,
        session: str,
        factor_at: datetime | None = None,
        scopes: frozenset[str] | None = None,
    ) -> Actor:
        """Return the user as an actor, reaching the own departments and those below, or all.

        With fewer scopes than the user has, the actor is a narrowed one.
        """
        held = self.scopes_of(user)
        narrowing = None if scopes is None or scopes == held else scopes
        scopes = held if narrowing is None else narrowing
        below = self._reached(user)
        above = self._belonged_to(user)
        actor = an_actor(
            user.kind,
            user.user_id,
            username=user.username,
            roles=user.roles,
            scopes=scopes,
            department_id=user.department_id,
            departments=self.departments if policy_of(scopes).reaches_all else below,
            below=below,
            further=user.further,
            above=above,
            session=session,
            factor_at=factor_at,
        )
        if opened := self._opened(user, scopes):
            actor = replace(actor, emergencies=opened, policy=in_emergency(actor.policy))
        return self.weighed(replace(actor, narrowing=narrowing))

    def weighed(self, actor: Actor) -> Actor:
        """Return an actor with what is lent to them, and with the pools that they reach."""
        policy = actor.policy
        if not self.borrowers.isdisjoint(actor.above):
            policy = borrowing(policy)
        if any(self.pool_of(one) for one in actor.below):
            policy = pooling(policy)
        return actor if policy is actor.policy else replace(actor, policy=policy)

    def pool_of(self, department_id: UUID) -> Pool | None:
        """Return the pool that holds for a department: its own, or the nearest one above it."""
        held = (self.pools.get(one) for one in self.above(department_id)) if self.pools else ()
        return next((pool for pool in held if pool is not None), None)

    def covered_by(self, pool: Pool) -> list[UUID]:
        """Return the departments that a pool holds for."""
        below = self.below.get(pool.department_id, ())
        return [one for one in below if self.pool_of(one) == pool]

    def _opened(self, user: User, scopes: frozenset[str]) -> tuple[Emergency, ...]:
        """Return what the user has open in an emergency, while a role lets her open it."""
        opened = self.emergencies.get(user.user_id, ())
        return opened if Permission.EMERGENCY_OPEN in scopes else ()

    def above(self, department_id: UUID) -> tuple[UUID, ...]:
        """Return a department and those above it, from below."""
        found: dict[UUID, None] = {}
        place: UUID | None = department_id
        while place is not None and place not in found and place in self.departments:
            found[place] = None
            place = self.departments[place].parent_id
        return tuple(found)

    def _belonged_to(self, user: User) -> tuple[UUID, ...]:
        """Return the user's departments with all that stand above them."""
        own = [*([user.department_id] if user.department_id else []), *user.further]
        return tuple(dict.fromkeys(chain(*(self.above(one) for one in own))))

    def _reached(self, user: User) -> tuple[UUID, ...]:
        """Return the user's departments, the primary one first, with all that stand below."""
        own = [user.department_id] if user.department_id else []
        reached = [self.below.get(one, (one,)) for one in (*own, *user.further)]
        return reached[0] if len(reached) == 1 else tuple(dict.fromkeys(chain(*reached)))


def _union(held: tuple[str, ...], roles: Mapping[str, Role]) -> frozenset[str]:
    """Join the scopes of roles; a role that is gone gives none.

    Roles that reach differently keep their reach: one that reaches all does not carry the grants of
    another along.
    """
    scopes = [roles[code].scopes for code in held if code in roles]
    if len({REACH_ALL in one for one in scopes}) > 1:
        scopes = [within_own_reach(one) for one in scopes]
    return frozenset[str]().union(*scopes)


def _below(departments: list[Department]) -> dict[UUID, tuple[UUID, ...]]:
    """Return each department with all that stand below it, itself first."""
    children: dict[UUID | None, list[UUID]] = {}
    for department in departments:
        children.setdefault(department.parent_id, []).append(department.department_id)
    return {one.department_id: _tree(one.department_id, children) for one in departments}


def _tree(top: UUID, children: Mapping[UUID | None, list[UUID]]) -> tuple[UUID, ...]:
    found = {top: None}
    waiting = [top]
    while waiting:
        fresh = [one for one in children.get(waiting.pop(), ()) if one not in found]
        found.update(dict.fromkeys(fresh))  # what is known already would be a ring of departments
        waiting += fresh
    return tuple(found)
