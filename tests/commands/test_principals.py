"""In whose name a command works."""

from uuid import UUID

import pytest

from app.commands.principals import principal, references_to
from app.commands.surroundings import StartRefusedError
from app.core.access import ActorKind
from app.core.clock import new_id
from app.core.jobs import OPERATOR
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import Department, Role, Snapshot, User

TOP, EAST = new_id(), new_id()
LIN, GONE = new_id(), new_id()


def a_user(user_id: UUID, username: str, status: UserStatus = UserStatus.ACTIVE) -> User:
    """Return a seller of the eastern department."""
    return User(user_id, username, username.title(), ActorKind.PERSON, status, EAST, ("sales",))


def staff(*departments: Department) -> Snapshot:
    """Return a small company."""
    users = [a_user(LIN, "lin"), a_user(GONE, "gone", UserStatus.DEPARTED)]
    roles = [Role("sales", "Sales", "销售", frozenset({"customers:write", "identity:write"}))]
    return Snapshot.of(1, users, roles, list(departments))


COMPANY = staff(
    Department(TOP, "Head office", "总部", None), Department(EAST, "East China", "华东大区", TOP)
)


def test_operator_loads_into_the_top() -> None:
    """Nobody named, no department named: the operator, for the whole company."""
    actor = principal(COMPANY, None, None)

    assert (actor.kind, actor.actor_id, actor.department_id) == (ActorKind.JOB, OPERATOR, TOP)


def test_user_brings_rights_and_department() -> None:
    """A job in a user's name has the user's rights, reach and department, and no more."""
    actor = principal(COMPANY, "lin", None)

    assert (actor.kind, actor.actor_id, actor.department_id) == (ActorKind.JOB, LIN, EAST)
    assert actor.scopes == {"customers:write", "identity:write"}
    assert actor.departments == (EAST,)


@pytest.mark.parametrize("name", ["East China", "east china", "华东大区"])
def test_department_is_named(name: str) -> None:
    """In either language and any case."""
    assert principal(COMPANY, None, name).department_id == EAST


@pytest.mark.parametrize("username", ["gone", "nobody"])
def test_only_active_users_lend_their_name(username: str) -> None:
    """Who has left, and who never was, load nothing."""
    with pytest.raises(StartRefusedError):
        principal(COMPANY, username, None)


def test_without_a_top_a_department_is_needed() -> None:
    """Two departments at the top leave the choice to the operator."""
    two = staff(Department(TOP, "One", None, None), Department(EAST, "Two", None, None))

    with pytest.raises(StartRefusedError, match="--department"):
        principal(two, None, None)


def test_names_lead_to_departments_and_colleagues() -> None:
    """A table may call both by any of their names."""
    references = references_to(COMPANY)

    assert references.departments["华东大区"] == references.departments["eastchina"] == EAST
    assert references.colleagues["lin"] == LIN
