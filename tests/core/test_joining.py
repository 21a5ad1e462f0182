"""Tests of joining: what an emergency and what another department lend add to a policy."""

from app.core.access import Policy, policy_of
from app.core.grants import Grade, Reach
from app.core.joining import borrowing, in_emergency
from app.core.permissions import Permission
from app.tables import load_all

load_all()

REGIONAL = frozenset(
    {"identity:write", "contact:masked", "contact:reveal@own", "trade:read?tier=A", "record:read"}
)


def _added(policy: Policy) -> list[Policy]:
    return [p for p in in_emergency(policy).parts if p.where.reach is Reach.EMERGENCY]


def test_an_emergency_shows_what_is_shown_within_reach() -> None:
    """For reading only, under the conditions of the role."""
    added = _added(policy_of(REGIONAL | {"customers:archive", "customers:reveal"}))
    grades = {(part.where.when, name): g for part in added for name, g in part.grades.items()}

    assert {part.where.when for part in added} == {(), (("tier", ("A",)),)}
    assert grades[(("tier", ("A",)),), "trade"] is Grade.READ
    assert (grades[(), "identity"], grades[(), "contact"]) == (Grade.READ, Grade.MASKED)
    assert not any(part.allows(Permission.CUSTOMERS_ARCHIVE) for part in added)
    assert all(part.allows(Permission.CUSTOMERS_REVEAL) for part in added)


def test_an_emergency_carries_no_act_that_a_part_lacks() -> None:
    """An act that a role may do to own customers alone is not done elsewhere."""
    own = policy_of(frozenset({"contact:read@own", "customers:read@own", "trade:read@department"}))
    added = _added(own)

    assert not any(part.allows(Permission.CUSTOMERS_REVEAL) for part in added)


def test_whoever_reaches_all_gets_nothing_more() -> None:
    """The policy is the very same."""
    everywhere = policy_of(frozenset({"identity:write", "reach:all"}))

    assert in_emergency(everywhere) is everywhere
    assert in_emergency(policy_of(REGIONAL)) is in_emergency(policy_of(REGIONAL))


def test_neither_stands_for_good() -> None:
    """What is lent, and what an emergency opens, allows nothing further."""
    policy = borrowing(in_emergency(policy_of(REGIONAL)))
    every = policy.of_rows((1 << len(policy.parts)) - 1)
    passing = {Reach.LENT, Reach.EMERGENCY}

    assert passing < {part.where.reach for part in policy.parts}
    assert passing.isdisjoint(part.where.reach for part in every.standing.merged)
    assert passing.isdisjoint(where.reach for where in policy.allowed(Permission.ACCESS_LOG_READ))


def test_what_a_role_hides_of_a_group_is_not_lent() -> None:
    """A field that it names apart keeps its grade, more or less than that of the group."""
    scopes = {"region:read", "customers.district:none", "contact:masked", "customers.phone:write"}
    policy = borrowing(policy_of(frozenset({*scopes, "record:read"})))
    lent = [part.grades for part in policy.parts if part.where.reach is Reach.LENT]

    assert {"region": Grade.READ, "customers.district": Grade.NONE, "record": Grade.READ} in lent
    masked = {"contact": Grade.MASKED, "customers.phone": Grade.READ, "record": Grade.READ}
    assert masked in lent
