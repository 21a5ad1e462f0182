"""Contents of roles: scopes taken apart and put together, and what is refused by pointer."""

from typing import Any

import pytest

from app.core.grants import Grant, Reach
from app.core.problems import Malformed
from app.features.roles.contents import MOST_WHERES, Contents, changed_contents, conditions
from app.features.staff.roles import SHIPPED
from app.tables import load_all

load_all()
NOTHING = Contents.of([])
CODES = [role.code for role in SHIPPED]


@pytest.mark.parametrize("code", CODES)
def test_shipped_roles_come_back_as_they_were(code: str) -> None:
    """Nothing of a shipped role is lost between its scopes and what people see of it."""
    scopes = next(role for role in SHIPPED if role.code == code).scopes()

    contents = Contents.of(scopes)
    again = changed_contents(NOTHING, contents.shown())

    assert contents.scopes() == again.scopes() == scopes


def test_permission_is_no_grant() -> None:
    """`customers:read` opens operations, though it is written like a grade."""
    contents = Contents.of(["customers:read", "contact:read"])

    assert contents.permissions == ("customers:read",)
    assert contents.grants == (Grant("contact", "read"),)


def test_everybody_may_see_themselves() -> None:
    """A role without anything still lets its holder ask who they are."""
    assert NOTHING.scopes() == ["self:read"]


def test_lists_are_given_whole_or_not_at_all() -> None:
    """What is sent replaces what was there; what is left out stays."""
    before = Contents.of(["contact:read", "customers:read", "reach:all"])

    after = changed_contents(before, {"grants": [{"target": "trade", "grade": "masked"}]})

    assert after.scopes() == ["customers:read", "reach:all", "self:read", "trade:masked"]


def test_grant_is_written_in_one_order() -> None:
    """The same grant is the same text, in whatever order its values were sent."""
    sent = {
        "target": "customers.phone",
        "grade": "reveal",
        "reach": "own",
        "when": {"tier": ["B", "A"], "kind": ["person"]},
    }

    after = changed_contents(NOTHING, {"grants": [sent]})

    assert "customers.phone:reveal@own?kind=person&tier=A|B" in after.scopes()
    assert after.grants[0].reach is Reach.OWN


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({"permissions": ["self:read", "x:y"]}, "/permissions/1", "permission-unknown"),
        ({"grants": [{"target": "x", "grade": "read"}]}, "/grants/0/target", "target-unknown"),
        (
            {"grants": [{"target": "customers", "grade": "read"}]},
            "/grants/0/target",
            "target-unknown",
        ),
        (
            {"grants": [{"target": "customers.x", "grade": "read"}]},
            "/grants/0/target",
            "target-unknown",
        ),
        (
            {"grants": [{"target": "contact", "grade": "read", "when": {"x": ["A"]}}]},
            "/grants/0/when",
            "condition-unknown",
        ),
        (
            {"grants": [{"target": "contact", "grade": "read", "when": {"phone": ["A"]}}]},
            "/grants/0/when",
            "condition-unknown",
        ),
        (
            {"grants": [{"target": "contact", "grade": "read", "when": {"tier": []}}]},
            "/grants/0/when/tier",
            "list-empty",
        ),
        (
            {"grants": [{"target": "contact", "grade": "read", "when": {"tier": ["A", "E"]}}]},
            "/grants/0/when/tier/1",
            "choice-unknown",
        ),
        ({"grants": [{"target": "trade", "grade": "read"}] * 2}, "/grants/1", "given-twice"),
    ],
)
def test_unknown_names_are_refused_by_pointer(
    sent: dict[str, Any], pointer: str, code: str
) -> None:
    """A group, field, operation, member or value that does not exist is pointed at."""
    with pytest.raises(Malformed) as refused:
        changed_contents(NOTHING, sent)

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


def test_too_many_cases_are_refused() -> None:
    """A role tells a bounded number of kinds of customers apart."""
    names = sorted(conditions())
    cases = [(name, value) for name in names for value in sorted(conditions()[name])]
    grants = [{"target": "trade", "grade": "read", "when": {n: [v]}} for n, v in cases]

    kept = changed_contents(NOTHING, {"grants": grants[:MOST_WHERES]})
    with pytest.raises(Malformed):
        changed_contents(NOTHING, {"grants": grants[: MOST_WHERES + 1]})

    assert len(kept.grants) == MOST_WHERES


def test_conditions_hang_on_open_choices_only() -> None:
    """A hidden value decides no grant: it would show in what is granted."""
    assert conditions()["tier"] == {"A", "B", "C", "D"}
    assert not {"phone", "name", "city", "remark"} & conditions().keys()
