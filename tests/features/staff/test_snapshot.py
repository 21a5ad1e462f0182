"""The staff at one moment: scopes from roles, reach from departments."""

from dataclasses import replace
from datetime import timedelta

from app.core.access import ActorKind, policy_of
from app.core.clock import new_id, now
from app.core.emergency import Emergency
from app.core.grants import Reach, Where
from app.core.permissions import Permission
from app.core.reach import is_within, reach_params
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import Department
from tests.features.staff.builders import a_department, a_role, a_snapshot, a_user

HEAD = a_department("head office")
EAST = a_department("east", HEAD)
SHANGHAI = a_department("shanghai", EAST)
SOUTH = a_department("south", HEAD)
TREE = (SHANGHAI, SOUTH, HEAD, EAST)


def test_department_reaches_those_below() -> None:
    """A department reaches itself and what stands below it, at any depth, and no neighbour."""
    below = a_snapshot(departments=TREE).below

    assert set(below[HEAD.department_id]) == {one.department_id for one in TREE}
    assert set(below[EAST.department_id]) == {EAST.department_id, SHANGHAI.department_id}
    assert below[SOUTH.department_id] == (SOUTH.department_id,)


def test_ring_of_departments_ends() -> None:
    """Departments that stand below each other are reached once, not for ever."""
    one = a_department("one")
    two = a_department("two", one)
    ring = (Department(one.department_id, "one", None, two.department_id), two)

    below = a_snapshot(departments=ring).below

    assert set(below[one.department_id]) == {one.department_id, two.department_id}


def test_actor_has_rights_and_reach() -> None:
    """A user becomes an actor with the scopes of all roles, and own department and below."""
    seller = a_user("sales", "steward", department_id=EAST.department_id)
    roles = (a_role("sales", "self:read", "contact:read"), a_role("steward", "contact:write"))

    actor = a_snapshot(seller, roles=roles, departments=TREE).actor(seller, "session")

    assert actor.scopes == {"self:read", "contact:read", "contact:write"}
    assert actor.policy.grades == {"contact": "write"}
    assert actor.department_id == EAST.department_id
    assert set(actor.departments) == {EAST.department_id, SHANGHAI.department_id}
    assert (actor.username, actor.roles) == (seller.username, ("sales", "steward"))
    assert (actor.kind, actor.session) == (ActorKind.PERSON, "session")
    assert actor.may(Permission.SIGNED_IN)


def test_role_that_is_gone_gives_nothing() -> None:
    """A role in no list grants nothing, and breaks nothing."""
    user = a_user("forgotten")

    actor = a_snapshot(user).actor(user, "session")

    assert (actor.scopes, actor.departments) == (frozenset(), ())


def test_unknown_department_reaches_itself() -> None:
    """A department made a moment ago is reached although it is not in the tree yet."""
    department_id = new_id()
    user = a_user(department_id=department_id)

    assert a_snapshot(user).actor(user, "session").departments == (department_id,)


def test_same_roles_share_their_scopes() -> None:
    """Users of the same roles hold one set of scopes, so that it costs memory once."""
    one, two = a_user("sales"), a_user("sales")
    staff = a_snapshot(one, two, roles=(a_role("sales", "self:read"),))

    assert staff.scopes_of(one) is staff.scopes_of(two)
    assert staff.actor(one, "a").scopes is staff.actor(two, "b").scopes


def test_an_emergency_widens_one_policy() -> None:
    """Of whoever has opened something, while a role allows it; all others keep the very same."""
    roles = (a_role("officer", "contact:write", "emergency:open"), a_role("sales", "contact:write"))
    one, two, seller = a_user("officer"), a_user("officer"), a_user("sales")
    emergency = Emergency(new_id(), new_id(), now() + timedelta(hours=1))
    opened = [(one.user_id, emergency), (seller.user_id, emergency)]
    staff = replace(
        a_snapshot(one, two, seller, roles=roles),
        emergencies={user_id: (emergency,) for user_id, emergency in opened},
    )

    actor = staff.actor(one, "session")

    assert actor.emergencies == (emergency,)
    assert {part.where.reach for part in actor.policy.parts} == {Reach.BELOW, Reach.EMERGENCY}
    for user in (two, seller):
        assert staff.actor(user, "session").policy is policy_of(staff.scopes_of(user))
        assert staff.actor(user, "session").emergencies == ()


def test_only_active_users_act() -> None:
    """Invited, suspended and departed users are there, but not active."""
    active = [status for status in UserStatus if a_user(status=status).is_active]

    assert active == [UserStatus.ACTIVE]


def test_several_departments_are_all_own() -> None:
    """Who belongs to several reaches all of them and what is below, each once."""
    user = replace(a_user(department_id=SOUTH.department_id), further=(EAST.department_id,))

    actor = a_snapshot(user, departments=TREE).actor(user, "session")

    assert actor.department_id == SOUTH.department_id
    assert actor.departments == (
        *(SOUTH.department_id, EAST.department_id, SHANGHAI.department_id),
    )
    for department_id, is_own in (
        (SOUTH.department_id, True),
        (EAST.department_id, True),
        (SHANGHAI.department_id, False),
    ):
        values = {"department_id": department_id}
        assert is_within(Where(Reach.DEPARTMENT), values, actor) is is_own
        assert (department_id in reach_params(actor)["own"]) is is_own
