"""Power: which roles ask whoever gives them for a fresh second factor."""

import pytest

from app.core.permissions import Permission
from app.features.staff.power import ORDINARY, is_powerful
from app.features.staff.roles import SHIPPED, ShippedRole

POWERFUL = {"administrator", "data_officer", "service", "auditor"}


@pytest.mark.parametrize("role", SHIPPED, ids=lambda role: role.code)
def test_shipped_roles(role: ShippedRole) -> None:
    """Those that reveal, administer or audit are powerful; those that work with customers not."""
    assert is_powerful(role.scopes()) is (role.code in POWERFUL)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("contact:write", False),
        ("customers.phone:reveal@own", True),
        ("customers:read@own", False),
        ("customers:reveal@own", True),
        ("reach:all", False),
        ("something:else", False),
    ],
)
def test_scopes(scope: str, *, expected: bool) -> None:
    """A reveal grant is power, wherever it reaches; how far one reads is not."""
    assert is_powerful(["self:read", scope]) is expected


def test_a_new_permission_is_power_until_somebody_decides() -> None:
    """Only what is named is ordinary."""
    others = [one for one in Permission if one not in ORDINARY]

    assert all(is_powerful([one.value]) for one in others)
