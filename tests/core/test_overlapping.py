"""Overlapping: scopes of two moments together grant nothing that either of them does not."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.access import ORDER, Policy, policy_of
from app.core.grants import Reach, Where
from app.core.narrowing import narrowed
from app.core.overlapping import overlap
from app.core.permissions import PERMISSIONS, Permission
from tests.core.test_narrowing import FIELDS, SCOPES

LIMITED = "contact:read customers.phone:none"


@pytest.mark.parametrize(
    ("held", "kept", "both"),
    [
        ("contact:read identity:read", "contact:read", "contact:read"),
        ("contact:masked", "contact:read", "contact:masked@below"),
        ("contact:read", "contact:masked", "contact:masked@below"),
        ("reach:all contact:read", "contact:read", "contact:read@below"),
        ("contact:read@own", "contact:read", ""),
        ("contact:read", LIMITED, "contact:read@below customers.phone:none@below"),
        (LIMITED, "contact:read", "contact:read@below customers.phone:none@below"),
        (
            "customers:share",
            "customers:share customers:share@own",
            "customers:share customers:share@own",
        ),
        ("customers:share customers:share@below", "customers:share customers:share@own", ""),
        ("contact:reveal contact:read", "contact:read contact:reveal@own", "contact:read@below"),
        ("customers:read record:read@own", "record:read", "record:read@own"),
        ("nonsense", "nonsense x:y", ""),
        ("identity:read", "contact:read", ""),
    ],
)
def test_what_both_grant(held: str, kept: str, both: str) -> None:
    """The lower grade, the narrower reach, and the limits of either side."""
    assert overlap(frozenset(held.split()), frozenset(kept.split())) == {*both.split()}


@given(held=SCOPES, later=SCOPES, choice=st.data())
def test_a_job_never_does_what_its_token_could_not(
    held: frozenset[str], later: frozenset[str], choice: st.DataObject
) -> None:
    """Whatever becomes of the roles: no field, act or customer beyond the token, or the roles."""
    asked = frozenset(one for one in held if choice.draw(st.booleans(), label=one))
    kept = frozenset(one for one in held if choice.draw(st.booleans(), label=f"stays {one}"))
    token = narrowed(held, asked)

    assert overlap(held, token) == token
    for roles in (later, kept | later, kept):
        found = overlap(roles, token)
        for more in (roles, token):
            assert found & PERMISSIONS <= more
            for part in _parts(policy_of(found)):
                _require_within(part, policy_of(more), found & PERMISSIONS)


def _parts(policy: Policy) -> Iterator[Policy]:
    yield from policy.parts or (policy,)


def _require_within(part: Policy, more: Policy, acts: frozenset[str]) -> None:
    """Hold one part against what is granted otherwise for these customers."""
    same = [one for one in _parts(more) if _covers(one.where, part.where)]
    for entry in FIELDS:
        highest = max((ORDER[one.grade(entry)] for one in same), default=0)
        assert ORDER[part.grade(entry)] <= highest, entry.path
    assert part.reveals <= frozenset[str]().union(*(one.reveals for one in same))
    if part.is_telling:
        for act in map(Permission, acts):
            assert not part.allows(act) or any(one.allows(act) for one in same)


def _covers(one: Where, other: Where) -> bool:
    """Whether all customers of the other are among the customers of one."""
    is_as_far = one.reach in {other.reach, Reach.ALL}
    return is_as_far and one.when in {other.when, ()}
