"""Narrowing: less than all scopes never grants more than all of them."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.access import ORDER, Policy, policy_of
from app.core.narrowing import narrowed
from app.core.permissions import PERMISSIONS, Permission
from app.core.records import RESOURCES
from app.tables import load_all

load_all()
REACHES = ("", "@own", "@department", "@below", "@all", "?tier=A", "@all?tier=A", "@own?tier=A|B")
ACTS = ("customers:read", "customers:write", "customers:share", "customers:reveal")
TARGETS = (
    *("contact", "identity", "record", "notes"),
    *("customers.phone", "customers.email", "customers.name", "customers.customer_id"),
)
GRANTS = [
    f"{target}:{grade}{reach}"
    for target in TARGETS
    for grade in ("none", "masked", "read", "write", "reveal")
    for reach in REACHES
]
LIMITED = [f"{act}@{reach}" for act in ACTS for reach in ("own", "department", "below", "all")]
SCOPES = st.frozensets(
    st.sampled_from(["reach:all", "self:read", *ACTS, *LIMITED]) | st.sampled_from(GRANTS),
    max_size=12,
)
FIELDS = [entry for record in RESOURCES.values() for entry in record.fields.values()]


@pytest.mark.parametrize(
    ("held", "asked", "kept"),
    [
        ("contact:read identity:read", "contact:read", "contact:read"),
        ("contact:read reach:all", "contact:read", "contact:read reach:all"),
        (
            "contact:read customers.phone:none",
            "contact:read",
            "contact:read customers.phone:none",
        ),
        ("contact:masked customers.phone:read", "contact:masked", "contact:masked"),
        (
            "contact:read customers.phone:none@own",
            "contact:read",
            "contact:read",
        ),
        (
            "customers:share customers:share@own",
            "customers:share",
            "customers:share customers:share@own",
        ),
        (
            "customers:share customers:share@own customers:share@below",
            "customers:share customers:share@own",
            "customers:share customers:share@own",
        ),
        ("contact:read", "contact:write", ""),
        ("contact:read", "", ""),
    ],
)
def test_what_is_kept(held: str, asked: str, kept: str) -> None:
    """What was asked for and is held, with what limits it, and the reach as it was."""
    assert narrowed(frozenset(held.split()), frozenset(asked.split())) == {*kept.split()}


@given(held=SCOPES, choice=st.data())
def test_it_never_widens(held: frozenset[str], choice: st.DataObject) -> None:
    """Whichever scopes are asked for, no field, act or customer is granted that was not before."""
    asked = frozenset(one for one in held if choice.draw(st.booleans(), label=one))

    kept = narrowed(held, asked)

    assert kept <= held
    assert narrowed(held, kept) == kept
    assert asked <= kept
    less, more = policy_of(kept), policy_of(held)
    for part in _parts(less):
        _require_within(part, more, kept & PERMISSIONS)


def _parts(policy: Policy) -> Iterator[Policy]:
    yield from policy.parts or (policy,)


def _require_within(part: Policy, more: Policy, acts: frozenset[str]) -> None:
    """Hold one part against what all scopes grant for the same customers."""
    same = [one for one in _parts(more) if one.where == part.where]
    for entry in FIELDS:
        highest = max((ORDER[one.grade(entry)] for one in same), default=0)
        assert ORDER[part.grade(entry)] <= highest, entry.path
    revealed = frozenset[str]().union(*(one.reveals for one in same))
    assert part.reveals <= revealed
    if part.is_telling:
        for act in map(Permission, acts):
            assert not part.allows(act) or any(one.allows(act) for one in same)
