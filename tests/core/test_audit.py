"""The MAC of audit lines, and the one form that written and stored lines share."""

import hmac
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.core.audit import array_text, ids_text, line_mac, line_text, mac_under

VALUES = (
    datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC),
    UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    "request",
    None,
    UUID("01890a5d-ac96-774b-bcce-b302099a8058"),
    b"\x00\xff",
    200,
)


@given(key=some.binary(max_size=200), text=some.binary())
def test_the_mac_is_the_standard_one(key: bytes, text: bytes) -> None:
    """Whoever verifies with other tools needs nothing but HMAC-SHA-256."""
    assert mac_under(key)(text) == hmac.digest(key, text, "sha256")


def test_the_text_of_a_line_is_json() -> None:
    """Moments are microseconds, ids and bytes hexadecimal or text, nothing is left out."""
    assert line_text(VALUES) == (
        b'[1767601800123456,"01890a5dac96774bbcceb302099a8057","request",null,'
        b'"01890a5d-ac96-774b-bcce-b302099a8058","00ff",200]'
    )


@pytest.mark.parametrize("place", range(len(VALUES)))
def test_every_value_counts(place: int) -> None:
    """A line with one other value has another MAC."""
    other: list[object] = list(VALUES)
    other[place] = {0: datetime.now(UTC), 1: UUID(int=0)}.get(place, "other")

    assert line_mac(b"key", other) != line_mac(b"key", VALUES)


def test_a_value_does_not_slip_into_its_neighbour() -> None:
    """The border between two texts is part of what is signed, and so is that there is none."""
    start = VALUES[:2]

    made = {
        line_mac(b"key", (*start, *rest))
        for rest in (("ab", "c"), ("a", "bc"), ("abc", None), ("abc", ""), ("abc", "null"))
    }

    assert len(made) == 5


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "{}"),
        (("sales", "data_officer"), "{sales,data_officer}"),
        (("a b", "", "NULL", "x,y"), '{"a b","","NULL","x,y"}'),
        (('say "hi"', "back\\slash"), '{"say \\"hi\\"","back\\\\slash"}'),
        (("名称", "no\u00a0break"), "{名称,no\u00a0break}"),
    ],
)
def test_words_are_written_as_postgresql_prints_them(words: tuple[str, ...], text: str) -> None:
    """Quotes stand where array_out puts them (the same is tried on PostgreSQL in verification)."""
    assert array_text(words) == text


def test_ids_need_no_quotes() -> None:
    """Ids are written as they are."""
    assert ids_text(["a", "b"]) == "{a,b}"
