"""Tests of grants as scopes: what has the form is read whole, anything else is none."""

import pytest

from app.core.grants import Grant, Reach, read_grant

WRITTEN = {
    "contact:masked": Grant("contact", "masked"),
    "customers.phone:read@own": Grant("customers.phone", "read", Reach.OWN),
    "trade:reveal@all?tier=A": Grant("trade", "reveal", Reach.ALL, (("tier", ("A",)),)),
    "trade:write?lifecycle=new&tier=A|B": Grant(
        "trade", "write", None, (("lifecycle", ("new",)), ("tier", ("A", "B")))
    ),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_grant_is_read_and_written_alike(text: str) -> None:
    """With its reach and its conditions, or without."""
    assert read_grant(text) == WRITTEN[text]
    assert WRITTEN[text].text() == text


def test_the_order_of_conditions_does_not_matter() -> None:
    """Equal grants are one, however they are written."""
    assert read_grant("trade:read?tier=B|A&kind=person") == read_grant(
        "trade:read?kind=person&tier=A|B"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "contact",
        "contact:",
        ":read",
        "contact:see",
        "Contact:read",
        "contact:read@",
        "contact:read@mine",
        "contact:read@own@all",
        "contact:read?",
        "contact:read?tier",
        "contact:read?tier=",
        "contact:read?=A",
        "contact:read?tier=A|",
        "contact:read?tier=A&tier=B",
        "contact:read?tier=A?kind=person",
        "contact:read\n",
        "reach:all",
        "customers:archive",
    ],
)
def test_what_has_another_form_is_no_grant(text: str) -> None:
    """Nothing is granted by what is not understood."""
    assert read_grant(text) is None
