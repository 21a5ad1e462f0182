"""Narrowing: some of the scopes that somebody holds, such that they never grant more than all do.

A scope may also take away: `customers.phone:none` beside `contact:read`, or `customers:share@own`,
which keeps `customers:share` to one's own customers. Leaving such a one out would widen the rest,
so whatever is kept brings along what limits it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.access import COMMON, ORDER, REACH_ALL
from app.core.fields import GROUPS
from app.core.grants import REVEAL, Grade, Reach, Where, read_grant
from app.core.permissions import PERMISSIONS
from app.core.records import RESOURCES
from app.core.remembering import remembered


@dataclass(frozen=True, slots=True)
class _Held:
    """A scope that grades a group or a field for some customers; None stands for any of them."""

    scope: str
    target: str
    rank: int
    where: Where | None

    @property
    def group(self) -> str | None:
        """The group of a single field; None for what is a group itself."""
        return None if self.target in GROUPS else group_of(self.target)


@remembered(4096)
def narrowed(held: frozenset[str], asked: frozenset[str]) -> frozenset[str]:
    """Return what is held of what is asked, with what limits it; how far it reaches stays."""
    kept = held & (asked | {REACH_ALL})
    return kept | _limits_of_acts(held, kept) | _limits_of_fields(held, kept)


def _limits_of_acts(held: frozenset[str], kept: frozenset[str]) -> frozenset[str]:
    """Return the reaches of acts that are kept without any: alone they would reach further."""
    found: set[str] = set()
    for act in kept & PERMISSIONS:
        reaches = {scope for scope in held if scope.startswith(f"{act}@")}
        if reaches.isdisjoint(kept):
            found |= reaches
    return frozenset(found)


def _limits_of_fields(held: frozenset[str], kept: frozenset[str]) -> frozenset[str]:
    """Return the grades of single fields that lie below those kept of their groups."""
    usual = Where(Reach.ALL if REACH_ALL in held else Reach.BELOW)
    every, groups = _graded(held, usual), _graded(kept, usual)
    found: set[str] = set()
    for one in every:
        highest = max((of.rank for of in groups if _is_about(of, one)), default=-1)
        allowed = max(of.rank for of in every if _is_same(of, one))
        if allowed < highest:
            found.add(one.scope)
    return frozenset(found)


def _graded(scopes: Iterable[str], usual: Where) -> list[_Held]:
    found = []
    for scope in scopes:
        grant = read_grant(scope)
        if scope in PERMISSIONS or grant is None or grant.grade == REVEAL:
            continue
        is_common = grant.target == COMMON and grant.reach is None and not grant.when
        where = None if is_common else Where(grant.reach or usual.reach, grant.when)
        found.append(_Held(scope, grant.target, ORDER[Grade(grant.grade)], where))
    return found


def _is_about(of: _Held, field: _Held) -> bool:
    """Whether a group is that of a field, for the same customers."""
    is_same_place = of.where is None or of.where == field.where
    return field.group is not None and of.target == field.group and is_same_place


def _is_same(of: _Held, field: _Held) -> bool:
    return of.target == field.target and of.where == field.where


def group_of(path: str) -> str | None:
    """Return the group of a single field; None for whatever is no field."""
    resource, _, name = path.partition(".")
    record = RESOURCES.get(resource)
    entry = record.fields.get(name) if record else None
    return entry.group.name if entry else None
