"""How names are found: the forms a name is searched by, and the tokens that stand for them.

Tokens are plain text here; whoever stores them for a sealed name hashes each with a key.
"""

from dataclasses import dataclass
from itertools import accumulate
from operator import add
from typing import Final

from app.core.pinyin import has_chinese, index_letter, initials, pinyin, plain, words

__all__ = [
    "QueryTokens",
    "grams",
    "index_letter",
    "initials",
    "matches",
    "pinyin",
    "query_tokens",
    "search_forms",
    "search_tokens",
]

_LONGEST_PREFIX: Final = 6
_LONGEST_QUERY: Final = 200
_UMLAUTS: Final = {
    "lv": ("lu", "lyu"),
    "lve": ("lue", "lyue"),
    "nv": ("nu", "nyu"),
    "nve": ("nue", "nyue"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTokens:
    """What to ask the index for: `all` must be there; `whole` and `prefix` tell a better match."""

    all: frozenset[str]
    whole: str
    prefix: str


def search_forms(name: str, *, person: bool) -> tuple[str, ...]:
    """Return the distinct spellings a name is found by: as written, and if Chinese as read."""
    native = plain(name)
    written = native.replace(" ", "")
    if not written:
        return ()
    if not has_chinese(native):
        return (written,)
    spelled = words(name, person=person)
    short = "".join(word[0] for word in spelled)
    return tuple(dict.fromkeys((written, "".join(spelled), short, *_without_umlaut(spelled))))


def _without_umlaut(spelled: tuple[str, ...]) -> tuple[str, ...]:
    """Spell ü as people and passports do: 吕 is found as `lv`, `lu` and `lyu`."""
    if not any(word in _UMLAUTS for word in spelled):
        return ()
    return tuple(
        "".join(_UMLAUTS[word][way] if word in _UMLAUTS else word for word in spelled)
        for way in (0, 1)
    )


def grams(form: str) -> frozenset[str]:
    """Return every two neighbouring characters of a form."""
    return frozenset(map(add, form, form[1:]))


def search_tokens(name: str, *, person: bool) -> frozenset[str]:
    """Return what is indexed for a name: of each form the whole, its beginnings and its bigrams."""
    tokens: set[str] = set()
    for form in search_forms(name, person=person):
        tokens.add(f"={form}")
        tokens.update(accumulate(form[1:_LONGEST_PREFIX], initial=f"^{form[0]}"))
        tokens.update(map(add, form, form[1:]))
    return frozenset(tokens)


def query_tokens(q: str) -> QueryTokens | None:
    """Return what a query asks the index for, or None when nothing in it can be searched.

    Words may come in any order; a single character finds names that begin with it.
    """
    asked = _asked(q)
    if not asked:
        return None
    whole = plain(q[:_LONGEST_QUERY]).replace(" ", "")
    needed = frozenset().union(*(grams(word) for word in asked))
    return QueryTokens(
        all=needed or frozenset({f"^{whole}"}),
        whole=f"={whole}",
        prefix=f"^{whole[:_LONGEST_PREFIX]}",
    )


def matches(q: str, name: str, *, person: bool) -> bool:
    """Say whether each word of a query stands in one of the forms of a name."""
    asked = _asked(q)
    forms = search_forms(name, person=person)
    return bool(asked) and all(any(word in form for form in forms) for word in asked)


def _asked(q: str) -> list[str]:
    """Split a query into words; single characters alone (`张 伟`, `z w`) are one word."""
    asked = plain(q[:_LONGEST_QUERY]).split()
    return asked if any(len(word) > 1 for word in asked) else ["".join(asked)] if asked else []
