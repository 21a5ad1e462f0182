"""The shipped roles: each sees and does what the business says, and nothing beside it."""

import pytest

from app.core.access import Policy, policy_of
from app.core.fields import GROUPS
from app.core.grants import Grade
from app.core.permissions import Permission
from app.features.staff.roles import SHIPPED, ShippedRole, customer_groups
from app.tables import load_all

load_all()
BY_CODE = {role.code: role for role in SHIPPED}
CODES = sorted(BY_CODE)
EVERYTHING = set(customer_groups())


def the_policy(code: str) -> Policy:
    """Return the policy of a role."""
    return policy_of(frozenset(BY_CODE[code].scopes()))


def groups_at(code: str, *grades: Grade) -> set[str]:
    """Return the groups of customers' fields that a role has at one of these grades."""
    held = the_policy(code).grades
    return {name for name in EVERYTHING if held.get(name, Grade.NONE) in grades}


def test_eight_roles_are_shipped() -> None:
    """Seven for people, one for other systems, each named once and in both languages."""
    assert CODES == [
        "administrator",
        "auditor",
        "data_entry",
        "data_officer",
        "integration",
        "marketing",
        "sales",
        "service",
    ]
    assert len(SHIPPED) == len(CODES)
    assert all(role.en and role.zh for role in SHIPPED)


@pytest.mark.parametrize("code", CODES)
def test_every_role_may_see_itself(code: str) -> None:
    """Whoever is signed in may ask who they are."""
    assert Permission.SIGNED_IN in BY_CODE[code].scopes()


@pytest.mark.parametrize("code", CODES)
def test_scopes_are_understood(code: str) -> None:
    """Each scope is a permission, a grade of a declared group, a reveal, or the reach."""
    actions = {*Grade, "reveal"}
    for scope in BY_CODE[code].scopes():
        group, _, action = scope.partition(":")
        is_grade = group in GROUPS and action in actions
        assert is_grade or scope in {*Permission, "reach:all"}


@pytest.mark.parametrize("code", ["administrator", "auditor"])
def test_who_runs_or_checks_sees_no_customer(code: str) -> None:
    """Neither the administrator nor the auditor has any field of a customer."""
    policy = the_policy(code)

    assert not set(policy.grades) & {*EVERYTHING, "record", "trace"}
    assert not policy.reveals & EVERYTHING
    assert not any(scope.startswith("customers:") for scope in BY_CODE[code].scopes())


def test_data_officer_writes_everything() -> None:
    """The data officer has every group, now and when another one is declared."""
    assert groups_at("data_officer", Grade.WRITE) == EVERYTHING
    assert the_policy("data_officer").grades["trace"] is Grade.READ
    assert the_policy("data_officer").reveals >= set(customer_groups(sealed=True))


def test_sales_sees_documents_masked() -> None:
    """Sales writes what it works with; documents stay masked, the owner is set by others."""
    assert groups_at("sales", Grade.MASKED) == {"document"}
    assert groups_at("sales", Grade.READ) == {"ownership"}
    assert groups_at("sales", Grade.WRITE) == EVERYTHING - {"document", "ownership"}


def test_service_sees_contact_data_masked() -> None:
    """Service knows the name, sees contact data masked, and may reveal it."""
    assert groups_at("service", Grade.MASKED) == {"contact", "address", "demographics"}
    assert groups_at("service", Grade.WRITE) == {"notes"}
    assert the_policy("service").reveals & EVERYTHING == {"contact", "address"}


def test_marketing_knows_nobody() -> None:
    """Marketing has neither names nor contact data, documents, notes or persons."""
    hidden = {"identity", "contact", "address", "document", "notes", "people", "registration"}

    assert hidden <= groups_at("marketing", Grade.NONE)
    assert not groups_at("marketing", Grade.WRITE)
    assert groups_at("marketing", Grade.MASKED) == {"demographics"}


def test_data_entry_writes_facts() -> None:
    """Data entry has nothing of trade, purchases, notes, characters and relationships."""
    hidden = {"trade", "notes", "character", "links", "ownership", "purchases", "amounts"}

    assert groups_at("data_entry", Grade.NONE) == hidden
    assert groups_at("data_entry", Grade.WRITE) == EVERYTHING - hidden


def test_integration_sees_no_document() -> None:
    """Another system has what it needs to keep its own records right."""
    assert groups_at("integration", Grade.READ) == {"business"}
    assert groups_at("integration", Grade.MASKED) == set()
    assert "document" in groups_at("integration", Grade.NONE)


@pytest.mark.parametrize("code", CODES)
def test_few_may_reveal(code: str) -> None:
    """Only the data officer and service hold the permission to reveal."""
    may = Permission.CUSTOMERS_REVEAL in BY_CODE[code].scopes()

    assert may is (code in {"data_officer", "service"})


@pytest.mark.parametrize("code", CODES)
def test_few_stay_within_their_department(code: str) -> None:
    """Sales and data entry reach their own department; the administrator has no use for reach."""
    narrow = {"sales", "data_entry", "administrator"}

    assert the_policy(code).reaches_all is (code not in narrow)


def test_undeclared_group_is_refused() -> None:
    """A misspelt group stops the seeding instead of granting nothing in silence."""
    role = ShippedRole(code="x", en="X", zh="X", read="identiy")

    with pytest.raises(LookupError, match="identiy"):
        role.scopes()
