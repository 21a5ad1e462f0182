"""Tests of cursors: only what we wrote for the same question is ever read back."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cursors import MAC, read_cursor, write_cursor
from app.core.problems import CursorInvalid
from tests.core.sealings import a_sealing

SEALING = a_sealing()
QUESTION = "a-question"
VALUES = st.lists(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20))


@given(VALUES)
def test_a_cursor_comes_back_as_it_was_written(position: list[Any]) -> None:
    """Whatever the last row held, the next page starts there."""
    assert read_cursor(SEALING, QUESTION, write_cursor(SEALING, QUESTION, position)) == position


def test_another_question_does_not_take_it() -> None:
    """A cursor continues the list that it came from and no other."""
    cursor = write_cursor(SEALING, QUESTION, [1])

    with pytest.raises(CursorInvalid):
        read_cursor(SEALING, "another", cursor)


def test_another_key_does_not_take_it() -> None:
    """A cursor of another deployment is none."""
    with pytest.raises(CursorInvalid):
        read_cursor(a_sealing(), QUESTION, write_cursor(SEALING, QUESTION, [1]))


@given(st.data())
def test_a_changed_cursor_is_refused(data: st.DataObject) -> None:
    """One bit flipped anywhere, or bytes cut off or added, and it is not ours any more."""
    raw = bytearray(base64.urlsafe_b64decode(write_cursor(SEALING, QUESTION, ["A", None]) + "=="))
    place = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[place] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del raw[place:]

    with pytest.raises(CursorInvalid):
        read_cursor(SEALING, QUESTION, base64.urlsafe_b64encode(raw).decode())


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_breaks_the_reader(cursor: str) -> None:
    """Whatever comes in is refused as a cursor, never a crash."""
    with pytest.raises(CursorInvalid):
        read_cursor(SEALING, QUESTION, cursor)


def test_a_cursor_holds_a_mac_and_stays_in_an_address() -> None:
    """It needs no escaping, and its first bytes are the MAC."""
    cursor = write_cursor(SEALING, QUESTION, ["?&=/+ 张"])

    assert cursor.isascii()
    assert not set(cursor) & set("+/=&? ")
    assert len(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) > MAC
