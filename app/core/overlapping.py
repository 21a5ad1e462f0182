"""Overlapping: what two sets of scopes grant alike, where one is of another moment.

A job keeps the scopes of the token that queued it. Roles may change until it runs: what they grant
then counts as far as the token granted it, limits of either side included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.access import COMMON, ORDER, REACH_ALL
from app.core.grants import REVEAL, Grade, Grant, Reach, Where, read_grant
from app.core.narrowing import group_of, narrowed
from app.core.permissions import PERMISSIONS

Place = tuple[str, Where | None]
GRADES: Final = tuple(Grade)


@dataclass(frozen=True, slots=True)
class _Granted:
    """What scopes grant of groups and fields, by the target and for which customers."""

    ranks: dict[Place, int]
    reveals: frozenset[Place]

    def rank(self, place: Place) -> int:
        """Return the grade of a target for some customers: its own, or its group's."""
        target, where = place
        named = [self.ranks[one] for one in (place, (target, None)) if one in self.ranks]
        if named or (group := group_of(target)) is None:
            return max(named, default=0)
        return self.rank((group, where))


def overlap(held: frozenset[str], kept: frozenset[str]) -> frozenset[str]:
    """Return scopes that grant nothing which either of the two does not grant.

    They may be fewer than could be: a reach or a condition that differs grants nothing.
    """
    if narrowed(held, kept) == kept:  # as while a token of these scopes would be let in
        return kept
    whole = {REACH_ALL} & held & kept
    usual = Where(Reach.ALL if whole else Reach.BELOW)
    both = _read(held, usual), _read(kept, usual)
    return frozenset({*whole, *_acts(held, kept), *_grades(*both), *_reveals(*both)})


def _acts(held: frozenset[str], kept: frozenset[str]) -> Iterator[str]:
    for act in held & kept & PERMISSIONS:
        reaches = [{one for one in side if one.startswith(f"{act}@")} for side in (held, kept)]
        limits = reaches[0] & reaches[1] if all(reaches) else reaches[0] | reaches[1]
        if limits or not any(reaches):
            yield act
            yield from limits


def _grades(held: _Granted, kept: _Granted) -> Iterator[str]:
    for place in held.ranks.keys() | kept.ranks.keys():
        rank = min(held.rank(place), kept.rank(place))
        if rank or group_of(place[0]):  # nothing is said of a group that is not granted
            yield _written(place, GRADES[rank])


def _reveals(held: _Granted, kept: _Granted) -> Iterator[str]:
    yield from (_written(place, REVEAL) for place in held.reveals & kept.reveals)


def _read(scopes: frozenset[str], usual: Where) -> _Granted:
    ranks: dict[Place, int] = {}
    reveals: set[Place] = set()
    for scope in scopes - PERMISSIONS:
        if (grant := read_grant(scope)) is None:
            continue
        place = (grant.target, _where(grant, usual))
        if grant.grade == REVEAL:
            reveals.add(place)
        else:
            ranks[place] = max(ranks.get(place, 0), ORDER[Grade(grant.grade)])
    return _Granted(ranks, frozenset(reveals))


def _where(grant: Grant, usual: Where) -> Where | None:
    is_common = grant.target == COMMON and grant.reach is None and not grant.when
    return None if is_common else Where(grant.reach or usual.reach, grant.when)


def _written(place: Place, grade: str) -> str:
    target, where = place
    if where is None:
        return Grant(target, grade).text()
    return Grant(target, grade, where.reach, where.when).text()
