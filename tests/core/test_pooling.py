"""Tests of what the common pool leaves of a policy."""

from datetime import date
from uuid import UUID

import pytest

from app.core.access import Actor, ActorKind, Decision, Policy, an_actor, policy_of
from app.core.clock import new_id
from app.core.fields import Field
from app.core.grants import Reach, Where
from app.core.joining import borrowing
from app.core.pooling import Pool, is_known_unpooled, pooling, unpooled
from app.core.reach import any_holds, holds, mask_of
from app.features.customers.models import Address, ContactPoint, Customer
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import Department, Role, Snapshot, User

NAME, PHONE, EMAIL = (Customer.fields[name] for name in ("name", "phone", "email"))
LINE, VALUE = Address.fields["line"], ContactPoint.fields["value"]
HOME = UUID(int=1)
ROW = {"department_id": HOME, "owner_id": None}


def _actor(*scopes: str) -> Actor:
    return an_actor(ActorKind.PERSON, new_id(), scopes=scopes, department_id=HOME, below=[HOME])


def _granted(policy: Policy, actor: Actor, *, pooled: bool) -> Policy:
    values = {**ROW, "pooled_at": "2026-01-01" if pooled else None}
    return policy.of_rows(mask_of(policy, values, actor))


@pytest.mark.parametrize(
    ("scopes", "entry", "outside", "inside"),
    [
        (["contact:write"], PHONE, Decision.SHOW, Decision.MASK),
        (["contact:read@own"], PHONE, Decision.HIDE, Decision.HIDE),
        (["contact:write"], VALUE, Decision.SHOW, Decision.MASK),
        (["address:read@department"], LINE, Decision.SHOW, Decision.MASK),
        (["contact:masked"], PHONE, Decision.MASK, Decision.MASK),
        (["customers.phone:read"], PHONE, Decision.SHOW, Decision.MASK),
        (["contact:read", "customers.email:none"], EMAIL, Decision.HIDE, Decision.HIDE),
        (["contact:read", "identity:read"], NAME, Decision.SHOW, Decision.SHOW),
        (["contact:read@all"], PHONE, Decision.SHOW, Decision.SHOW),
        (["contact:read", "nobody.knows:read"], PHONE, Decision.SHOW, Decision.MASK),
    ],
    ids=[
        *("group", "out-of-reach", "part", "address", "masked", "field-alone"),
        *("closed-field", "name", "reaches-all", "unknown"),
    ],
)
def test_what_leads_to_a_customer_is_masked(
    scopes: list[str], entry: Field, outside: Decision, inside: Decision
) -> None:
    """In the pool at most, and only for those who do not reach everybody."""
    actor = _actor(*scopes)
    policy = pooling(actor.policy)

    if not policy.parts:
        assert policy is actor.policy
        assert policy.on_read(entry) is outside is inside
    else:
        assert _granted(policy, actor, pooled=False).on_read(entry) is outside
        assert _granted(policy, actor, pooled=True).on_read(entry) is inside


def test_it_is_neither_written_nor_revealed() -> None:
    """The act of revealing is no way around."""
    actor = _actor("contact:write", "contact:reveal", "identity:reveal", "identity:masked")
    policy = pooling(actor.policy)

    within, out = (_granted(policy, actor, pooled=pooled) for pooled in (True, False))

    assert (out.may_write(PHONE), within.may_write(PHONE)) == (True, False)
    assert (out.may_reveal(PHONE), within.may_reveal(PHONE)) == (True, False)
    assert within.may_reveal(NAME)
    assert (is_known_unpooled(out), is_known_unpooled(within)) == (True, False)


def test_what_is_lent_is_masked_as_well() -> None:
    """Lent before it came into the pool, it would be a way around."""
    policy = pooling(borrowing(policy_of(frozenset({"contact:read", "identity:read"}))))

    lent = [part for part in policy.parts if part.where.reach is Reach.LENT]

    assert [(part.where.pooled, part.on_read(PHONE)) for part in lent] == [
        (True, Decision.MASK),
        (False, Decision.SHOW),
        (None, Decision.HIDE),
    ]


def test_the_act_of_viewing_goes_by_the_role() -> None:
    """As if no customer were in the pool; a policy that it does not touch stays."""
    actor = _actor("contact:read", "identity:read@all")

    viewing = unpooled(pooling(actor.policy))

    assert {part.where for part in viewing.parts} == {part.where for part in actor.policy.parts}
    assert viewing.on_read(PHONE) is Decision.SHOW
    assert unpooled(policy_of(frozenset({"contact:read"}))).on_read(PHONE) is Decision.SHOW


def test_what_holds_on_both_sides_asks_for_no_pool() -> None:
    """So that lists are read by the indexes they had."""
    policy = pooling(policy_of(frozenset({"contact:read", "identity:read"})))
    wheres = policy.wheres()

    assert len(wheres) == 2
    assert "pooled_at" not in str(any_holds(wheres, Customer.table))
    assert "pooled_at IS NULL" in str(any_holds(wheres[1:], Customer.table))
    assert "pooled_at IS NOT NULL" in str(holds(wheres[0], Customer.table))


def _snapshot(*pools: Pool) -> tuple[Snapshot, User]:
    role = Role("sales", "Sales", "销售", frozenset({"contact:write"}))
    places = [
        Department(UUID(int=1), "Top", None, None),
        Department(UUID(int=2), "Middle", None, UUID(int=1)),
        Department(UUID(int=3), "Low", None, UUID(int=2)),
    ]
    user = User(
        *(new_id(), "low", "Low", ActorKind.PERSON, UserStatus.ACTIVE, UUID(int=3), ("sales",))
    )
    return Snapshot.of(1, [user], [role], places, pools=pools), user


def _pool(department: int) -> Pool:
    return Pool(new_id(), UUID(int=department), 1, 1, None, None, 7, 30, date(2026, 1, 1))


def test_the_nearest_pool_above_holds() -> None:
    """And no department is in two."""
    top, middle = _pool(1), _pool(2)
    staff, _ = _snapshot(top, middle)

    assert [staff.pool_of(UUID(int=place)) for place in (1, 2, 3)] == [top, middle, middle]
    assert staff.covered_by(top) == [UUID(int=1)]
    assert staff.covered_by(middle) == [UUID(int=2), UUID(int=3)]


def test_without_a_pool_a_session_is_as_before() -> None:
    """The very same policy, so that nothing is compiled or asked anew."""
    without, user = _snapshot()
    within, other = _snapshot(_pool(1))

    plain = without.actor(user, "session").policy

    assert plain is policy_of(frozenset({"contact:write"}))
    assert plain.where == Where(plain.where.reach)
    assert len(within.actor(other, "session").policy.parts) == 2
