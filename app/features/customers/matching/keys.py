"""Keys: what of one value two records of one customer are likely to share, slips or not.

Each comes from one field alone, so that whoever changes a field has all it takes. Keys are plain
text here; whoever stores them hashes each with a key. Weak ones, of which one alone makes nobody
worth a look, begin with a mark of their own.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from app.core.match_keys import WEAK
from app.features.customers.matching.likeness import Place
from app.features.customers.matching.naming import Name, read_name

LONGEST: Final = 6  # syllables of a name that are taken apart
LEAST: Final = 4
_WORD: Final = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]{2}")


def of_name(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a name of a customer, by the customer's kind."""
    person = values.get("kind") != "organization"
    name = read_name(str(value), person=person)
    yield from _person(name) if person else _company(name)


def of_company(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a company's legal name."""
    del values
    yield from _company(read_name(str(value), person=False))


def _person(name: Name) -> Iterator[str]:
    """Yield the whole name in any order, and what is left of it when one part is wrong."""
    parts = name.parts[:LONGEST]
    yield _named(parts)
    if name.is_chinese and len(parts) > 2:  # noqa: PLR2004 - a given name of two characters
        yield _named((parts[0], "".join(parts[1:])))
        for kept in combinations(parts, len(parts) - 1):
            yield _named(kept)
    elif not name.is_chinese:
        for one in parts:
            yield from (_named((one, other[0])) for other in parts if other is not one)


def _named(parts: tuple[str, ...]) -> str:
    return f"{WEAK}n:{' '.join(sorted(parts))}"


def _company(name: Name) -> Iterator[str]:
    """Yield the whole core of the name, and its halves."""
    parts, joined = name.parts, name.joined
    yield f"o:{''.join(sorted(parts))}"
    if len(parts) >= LEAST and name.is_chinese:
        half = len(parts) // 2
        yield f"{WEAK}o<{''.join(parts[:half])}"
        yield f"{WEAK}o>{''.join(parts[half:])}"
    elif len(joined) > 2 * LEAST:
        yield f"{WEAK}o<{joined[: len(joined) // 2]}"


def of_phone(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield parts of a number: whichever digit is wrong, one of them is right."""
    del values
    digits = str(value).lstrip("+")
    if len(digits) > 2 * LEAST:
        yield f"p<{digits[:-3]}"
        yield f"p>{digits[-6:]}"
        yield f"p={digits[:-6]}.{digits[-3:]}"


def of_account(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of an account, whatever its domain, and its halves."""
    del values
    local = str(value).casefold().partition("@")[0]
    yield f"e:{local}"
    if len(local) > 2 * LEAST:
        yield f"e<{local[: len(local) // 2]}"
        yield f"e>{local[len(local) // 2 :]}"


def of_contact(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a contact point, by its type."""
    if values.get("type") == "phone":
        yield from of_phone(value, values)
    elif values.get("type") in {"email", "wechat"}:
        yield from of_account(value, values)


def of_number(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the whole number of a document, and its halves."""
    del values
    number = str(value).casefold()
    half = (len(number) + 1) // 2
    yield f"d:{number}"
    if half >= LEAST:
        yield f"d<{number[:half]}"
        yield f"d>{number[-half:]}"


def of_date(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a date of birth."""
    del values
    yield f"{WEAK}b:{str(value).replace('-', '')}"


def of_address(value: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield an address without its region, and its numbers with the beginning of each word."""
    del values
    place = Place.of(str(value))
    yield f"a:{place.line}"
    if place.numbers and (word := _WORD.search(place.line)):
        yield f"a<{' '.join(place.numbers)} {word[0][:LEAST]}"
