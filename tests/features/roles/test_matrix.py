"""The matrix: yes or no for a role and an operation."""

import pytest

from app.core.records import RESOURCES
from app.features.roles.matrix import Operation, matrix_of
from app.features.staff.snapshot import Role
from app.tables import load_all

load_all()
NOTES = Operation("list_notes", "GET", "/notes", "customers:read", RESOURCES["notes"])


@pytest.mark.parametrize(
    ("permission", "scopes", "is_open"),
    [
        (None, set(), True),
        ("audit:read", set(), False),
        ("audit:read", {"audit:read"}, True),
        ("audit:read", {"audit:reads"}, False),
    ],
)
def test_permission_opens(permission: str | None, scopes: set[str], *, is_open: bool) -> None:
    """An operation is open to whom its permission is granted; some need none."""
    operation = Operation("get_it", "GET", "/it", permission)

    assert operation.is_open_to(Role("x", "X", "X", frozenset(scopes))) is is_open


@pytest.mark.parametrize(("grant", "is_open"), [("notes:masked", True), ("trade:read", False)])
def test_record_without_a_field_is_closed(grant: str, *, is_open: bool) -> None:
    """Whoever sees nothing of a record may not ask for it either."""
    role = Role("x", "X", "X", frozenset({"customers:read", grant}))

    assert NOTES.is_open_to(role) is is_open


@pytest.mark.parametrize(("grant", "is_open"), [("notes:reveal", True), ("trade:reveal", False)])
def test_revealing_needs_something_to_reveal(grant: str, *, is_open: bool) -> None:
    """The act of revealing is closed where no field of the record may be revealed."""
    act = Operation("reveal_note", "POST", "/notes", "customers:reveal", RESOURCES["notes"])
    scopes = frozenset({"customers:reveal", "notes:masked", grant})

    assert act.is_open_to(Role("x", "X", "X", scopes)) is is_open


def test_roles_and_operations_meet() -> None:
    """Each operation tells of each role, in one order."""
    roles = [Role("b", "B", "B", frozenset({"x:y"})), Role("a", "A", "A", frozenset())]

    found = matrix_of(roles, [Operation("get_it", "GET", "/it", "x:y", step_up="always")])

    assert [role["code"] for role in found["roles"]] == ["a", "b"]
    assert found["operations"] == [
        {
            "operation_id": "get_it",
            "method": "GET",
            "path": "/it",
            "permission": "x:y",
            "step_up": "always",
            "roles": {"a": False, "b": True},
        }
    ]
