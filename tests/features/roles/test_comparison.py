"""Comparison: what publishing would change, in rules and in words."""

from typing import Any

import pytest

from app.features.roles.comparison import compare
from app.features.staff.roles import SHIPPED
from app.tables import load_all

load_all()
SERVICE = next(role for role in SHIPPED if role.code == "service").scopes()
BASE = ["customers:read", "customers:write", "customers:reveal", "reach:all"]


def changes(before: list[str], after: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the changes of customers' own fields, by field and act."""
    found = compare(before, after)["fields"]
    return {(one["field"], one["act"]): one for one in found if one["resource"] == "customers"}


@pytest.mark.parametrize("role", SHIPPED, ids=lambda role: role.code)
def test_nothing_changes_nothing(role: Any) -> None:
    """A draft that says what is in force changes no field and no operation."""
    found = compare(role.scopes(), role.scopes())

    assert found["fields"] == []
    assert found["permissions"] == {"added": [], "removed": []}


def test_mask_becomes_clear() -> None:
    """The issue's own example: service, phone masked -> clear; revealing it has no use then."""
    after = [scope.replace("contact:masked", "contact:read") for scope in SERVICE]

    found = changes(SERVICE, after)

    assert found["phone", "read"] == {
        "resource": "customers",
        "field": "phone",
        "act": "read",
        "before": [{"how": "masked", "reach": "all", "when": {}}],
        "after": [{"how": "clear", "reach": "all", "when": {}}],
        "en": "Phone: read masked (all customers) -> clear (all customers)",
        "zh": "手机：查看 脱敏 (全部客户) -> 明文 (全部客户)",
    }
    assert found["phone", "reveal"]["en"] == "Phone: reveal yes (all customers) -> no"
    assert {field for field, _ in found} == {"phone", "email", "wechat"}


def test_one_field_counts_before_its_group() -> None:
    """A grant of one field changes that field alone."""
    found = changes([*BASE, "contact:read"], [*BASE, "contact:read", "customers.phone:none"])

    assert list(found) == [("phone", "read")]
    assert found["phone", "read"]["after"] == []


def test_conditions_are_told() -> None:
    """What is granted for some customers says for which; what adds nothing to it is left out."""
    after = [*BASE, "contact:masked", "contact:read@own", "contact:masked@all?tier=A"]

    found = changes([*BASE, "contact:masked"], after)

    assert found["phone", "read"]["after"] == [
        {"how": "masked", "reach": "all", "when": {}},
        {"how": "clear", "reach": "own", "when": {}},
    ]
    assert found["phone", "read"]["en"] == (
        "Phone: read masked (all customers) -> masked (all customers); clear (own customers)"
    )


def test_values_of_conditions_are_told() -> None:
    """The members and values that a grant hangs on stand in the words."""
    found = changes(BASE, [*BASE, "trade:write@below?lifecycle=new&tier=A|B"])

    assert found["first_trade_on", "write"]["zh"] == (
        "初次交易日期：修改 不可 -> 可以 (本部门及下级, lifecycle=new, tier=A|B)"
    )


def test_grants_need_their_operation() -> None:
    """Without the operation a grade opens nothing; with it, what was granted before appears."""
    found = changes(
        ["contact:write", "reach:all"], ["contact:write", "customers:read", "reach:all"]
    )

    assert found["phone", "read"]["after"] == [{"how": "clear", "reach": "all", "when": {}}]
    assert ("phone", "write") not in found


def test_sensitive_values_stay_masked() -> None:
    """A grade of reading shows a sensitive value masked, here as in every answer."""
    found = compare(BASE, [*BASE, "document:read", "document:reveal"])["fields"]

    acts = {one["act"]: one["after"] for one in found if one["field"] == "id_number"}
    words = next(one["en"] for one in found if one["field"] == "id_number")
    assert "(person-profiles): read no -> masked (all customers)" in words
    assert acts["read"] == [{"how": "masked", "reach": "all", "when": {}}]
    assert acts["reveal"] == [{"how": "yes", "reach": "all", "when": {}}]


def test_operations_and_reach_are_compared() -> None:
    """What is opened, what is closed, and how far grants reach that do not say so."""
    found = compare(["customers:read", "self:read"], ["audit:read", "reach:all", "self:read"])

    assert found["permissions"] == {"added": ["audit:read"], "removed": ["customers:read"]}
    assert found["reach"] == {"before": "below", "after": "all"}
