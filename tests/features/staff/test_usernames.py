"""User names: one form, and what can be none."""

import pytest

from app.features.staff.usernames import is_username, username_of


@pytest.mark.parametrize(
    ("text", "name"),
    [("Sales", "sales"), (" sales\t", "sales"), ("ＳＡＬＥＳ", "sales"), ("李雷", "李雷")],
)
def test_names_have_one_form(text: str, name: str) -> None:
    """Case, width and blanks around a name do not matter."""
    assert username_of(text) == name


@pytest.mark.parametrize("text", ["", "a" * 101, "a\x00b", "a\nb", "\ud800", "a\u202eb"])
def test_what_is_no_name(text: str) -> None:
    """Empty, endless and unprintable text is no user name."""
    assert not is_username(text)
