"""Which characters may stand in a text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.kinds import LONG_TEXT, PARTY_NAME, PHONE, SHORT_TEXT, Invalid, Kind

NEVER = [
    pytest.param("\x00", id="NUL"),
    pytest.param("\x1b", id="escape"),
    pytest.param("\x85", id="next line"),
    pytest.param("\ud800", id="lone surrogate"),
    pytest.param("\u202e", id="right-to-left override"),
    pytest.param("\u2066", id="isolate"),
    pytest.param("\u200f", id="right-to-left mark"),
    pytest.param("\u2028", id="line separator"),
    pytest.param("\ufeff", id="byte order mark"),
    pytest.param("\U000e0041", id="tag letter"),
]
ZERO_WIDTH = ["\u200b", "\u200d", "\u2060", "\xad", "\u3164", "\ufe0f", "\U000e0100"]


@pytest.mark.parametrize("mark", NEVER)
@pytest.mark.parametrize(
    "kind", [PARTY_NAME, SHORT_TEXT, LONG_TEXT, PHONE], ids=lambda kind: kind.name
)
def test_unsafe_character_is_refused_anywhere(kind: Kind, mark: str) -> None:
    """Controls, overrides and half characters are refused at the edges too, in every text."""
    for text in (f"{mark}138", f"1{mark}38", f"138{mark}"):
        with pytest.raises(Invalid, match=r"^text-control$"):
            kind.normalise(text)


@pytest.mark.parametrize("mark", ZERO_WIDTH)
def test_zero_width_character_is_refused_in_names_only(mark: str) -> None:
    """What has no width deceives in a name; in prose it joins the parts of an emoji."""
    with pytest.raises(Invalid, match=r"^text-control$"):
        PARTY_NAME.normalise(f"张{mark}伟")

    assert SHORT_TEXT.normalise(f"张{mark}伟") == f"张{mark}伟"


@pytest.mark.parametrize("mark", ["\n", "\t", "\r"])
def test_line_break_and_tab_need_prose(mark: str) -> None:
    """Only a text of several lines may hold breaks and tabs inside; at the edges they fall away."""
    with pytest.raises(Invalid, match=r"^text-control$"):
        SHORT_TEXT.normalise(f"a{mark}b")

    assert SHORT_TEXT.normalise(f"{mark}a{mark}") == "a"
    assert LONG_TEXT.normalise(f"a{mark}b") == f"a{mark}b".replace("\r", "\n")


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u2003", "\xa0\t"])
def test_blank_text_is_empty(blank: str) -> None:
    """White space alone is no text."""
    with pytest.raises(Invalid, match=r"^text-empty$"):
        SHORT_TEXT.normalise(blank)


def test_length_counts_composed_characters() -> None:
    """Two hundred accented letters fit, however they were typed; one more does not."""
    assert len(SHORT_TEXT.normalise("e\u0301" * 200)) == 200
    for text in ("e\u0301" * 201, "x" * 100_000, "ﷺ" * 100_000):
        with pytest.raises(Invalid, match=r"^text-too-long$"):
            SHORT_TEXT.normalise(text)


@settings(deadline=None)
@given(st.text(max_size=50))
def test_names_come_out_composed_and_trimmed(text: str) -> None:
    """A name that is accepted is in NFC, printable, and has only single plain spaces."""
    try:
        name = PARTY_NAME.normalise(text)
    except Invalid:
        return

    assert unicodedata.is_normalized("NFC", name)
    assert name == " ".join(name.split())
    assert not any(unicodedata.category(mark) in {"Cc", "Cf", "Cs"} for mark in name)
