"""Tests of the catalogue's entries: what an entry says of itself."""

import pytest

from app.core.fields import Field, Group, Level
from app.core.kinds import text
from app.features.customers.models import ContactPoint, Customer
from tests.core.groups import TESTED


def test_a_group_is_declared_once() -> None:
    """Two groups of one name would be granted together unseen."""
    with pytest.raises(ValueError, match="declared twice"):
        Group(TESTED.name, "Again", "又")


def test_a_sealed_entry_has_no_column() -> None:
    """Its value stands in the envelope of its group and level."""
    phone, tier = Customer.fields["phone"], Customer.fields["tier"]

    assert (phone.is_sealed, phone.envelope) == (True, "contact_personal")
    assert tier.open_column() is Customer.table.c.tier
    with pytest.raises(LookupError, match="phone is sealed"):
        phone.open_column()


def test_an_entry_is_found_by_its_words() -> None:
    """A spreadsheet may use its name, either label or an alias."""
    entry = Field(
        kind=text(max_length=9),
        en="Tested",
        zh="测",
        group=TESTED,
        level=Level.OPEN,
        aliases=("t",),
    )
    entry.name = "tested"

    assert entry.import_names == ("tested", "Tested", "测", "t")


def test_a_look_up_may_depend_on_another_member() -> None:
    """The type of a contact point says in which index its value is found."""
    value, phone = ContactPoint.fields["value"], Customer.fields["phone"]

    assert value.lookup_in({"type": "email"}) == "email"
    assert value.lookup_in({}) is None
    assert phone.lookup_in({}) == "phone"
