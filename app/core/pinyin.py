"""How names are read aloud, surname first, and how their spellings are made plain."""

import re
import unicodedata
from typing import Final

from app.core.readings import BEGINNINGS, SURNAMES, readings, special_words
from app.core.remembering import remembered

_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_ONLY_HAN: Final = re.compile(f"[{_HAN}]+")
_ONLY_PLAIN: Final = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_RUNS: Final = re.compile(f"(?P<han>[{_HAN}]+)|[^{_HAN} ]+")
# Letters that Unicode does not take apart.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# Transcribed names, as of Uyghurs and foreigners, carry this dot and no surname at their head.
_DOTS: Final = re.compile("[\xb7\u2022\u2027\u30fb]")


def pinyin(name: str, *, person: bool) -> str:
    """Write a name in Latin letters, which also sorts it: `张伟` is `zhang wei`."""
    return " ".join(words(name, person=person))


def initials(name: str, *, person: bool) -> str:
    """Return the first letter of each word: `zw`."""
    return "".join(word[0] for word in words(name, person=person))


def index_letter(name: str, *, person: bool) -> str:
    """Return the letter of the alphabet bar under which a name stands, or `#`."""
    letter = pinyin(name, person=person)[:1].upper()
    return letter if "A" <= letter <= "Z" else "#"


@remembered(256)  # of a new name the words are asked for several times in a row
def words(name: str, *, person: bool) -> tuple[str, ...]:
    """Read a name: a syllable for each Chinese character, other words in small plain letters."""
    spelled: list[str] = []
    for run in _RUNS.finditer(plain(name)):
        if not run["han"]:
            spelled.append(run[0])
        elif person and not spelled and not _DOTS.search(name):
            spelled += _read_person(run[0])
        else:
            spelled += _read(run[0], 0)
    return tuple(spelled)


def plain(text: str) -> str:
    """Fold case, width and accents; what is neither letter nor digit becomes a single space."""
    if _ONLY_HAN.fullmatch(text) or _ONLY_PLAIN.fullmatch(text):
        return text
    apart = unicodedata.normalize("NFKD", text.casefold())
    # Taking a letter apart may bring a capital out of it.
    apart = unicodedata.normalize("NFKD", apart.casefold()).translate(_LETTERS)
    kept = "".join(mark if mark.isalnum() else _gap(mark) for mark in apart)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def has_chinese(text: str) -> bool:
    """Say whether any Chinese character stands in a plain text."""
    return any(run["han"] for run in _RUNS.finditer(text))


def _gap(mark: str) -> str:
    return "" if unicodedata.category(mark) == "Mn" else " "


def _read_person(run: str) -> list[str]:
    beginning = BEGINNINGS.get(run[:2])
    if beginning:
        return [*beginning, *_read(run, 2)]
    surname = SURNAMES.get(run[0])
    if surname:
        return [surname, *_read(run, 1)]
    return _read(run, 0)


def _read(run: str, start: int) -> list[str]:
    common = readings()
    special = special_words()
    return [
        (character in special and _read_in_word(run, place)) or common.get(character, character)
        for place, character in enumerate(run[start:], start)
    ]


def _read_in_word(run: str, place: int) -> str | None:
    for word, offset, reading in special_words()[run[place]]:
        if place >= offset and run.startswith(word, place - offset):
            return reading
    return None
