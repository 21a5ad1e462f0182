"""The tables of readings, against the library they complete."""

import pytest
from pypinyin import Style, lazy_pinyin, pinyin

from app.core.readings import SURNAMES, readings, special_words

SPECIAL = sorted(
    (word, offset, reading)
    for entries in special_words().values()
    for word, offset, reading in entries
)
# The library does not know these two at all.
ONLY_HERE = {("乐", "lao"), ("贠", "yun")}


def can_be_read(character: str, reading: str) -> bool:
    """Say whether the library lists a reading for a character."""
    (possible,) = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)
    return reading in possible or (character, reading) in ONLY_HERE


@pytest.mark.parametrize(("word", "offset", "reading"), SPECIAL)
def test_word_needs_its_entry(word: str, offset: int, reading: str) -> None:
    """A word stands in the table for a reading its character can have and mostly has not."""
    assert can_be_read(word[offset], reading)
    assert readings()[word[offset]] != reading


@pytest.mark.parametrize("character", "张伟吕女绿的㐀")
def test_common_reading_is_that_of_the_library(character: str) -> None:
    """Characters outside the tables are read as the library reads them alone."""
    assert [readings()[character]] == lazy_pinyin(character)


@pytest.mark.parametrize(("surname", "reading"), SURNAMES.items())
def test_surname_can_be_read_so(surname: str, reading: str) -> None:
    """The reading of a surname is among those its character can have."""
    assert can_be_read(surname, reading)


def test_every_reading_is_plain_letters() -> None:
    """No tone, accent or digit is left in any of the readings."""
    assert all(reading.isascii() and reading.isalpha() for reading in readings().values())
