"""Tests of records: tables built from the catalogue."""

import pytest

from app.core.fields import Level
from app.core.records import PLACED, RESOURCES, Placement, found_by
from app.features.customers.models import Customer, Note, PersonProfile


def test_a_record_has_a_column_for_each_open_member_and_one_for_each_envelope() -> None:
    """Nothing sealed stands in a column of its own; beside them stands what no view shows."""
    columns = set(Customer.table.c.keys())
    plain = {n for n, e in Customer.fields.items() if e.level is Level.OPEN}

    assert columns == plain | set(Customer.envelopes) | {"version", "name_tokens", "merged_into_id"}
    assert [entry.name for entry in Customer.envelopes["contact_personal"]] == [
        "phone",
        "email",
        "wechat",
    ]


def test_what_a_customer_owns_is_keyed_by_it() -> None:
    """The customer's id comes first, and its own second, unless there is but one."""
    assert [column.name for column in Note.table.primary_key] == ["customer_id", "note_id"]
    assert [column.name for column in PersonProfile.table.primary_key] == ["customer_id"]
    assert PLACED["notes"].placement is Placement.CUSTOMER
    assert RESOURCES["person-profiles"] is PersonProfile


def test_a_profile_lends_its_members_unless_they_clash() -> None:
    """A name has one meaning in a filter."""
    assert Customer.also_found_by["id_number"] == (
        PersonProfile,
        PersonProfile.fields["id_number"],
    )
    with pytest.raises(ValueError, match="customers and its profiles share"):
        found_by(Customer, (Customer,))
