"""What people search by: parts of names that exist, in the four ways the archive understands."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from app.core.names import initials
from app.core.pinyin import has_chinese, words
from bench.people import people

SEARCHES: Final = 2000


def parts_of_names(count: int) -> list[str]:
    """Return parts of the names of customers: characters, pinyin, initials and Latin in turn."""
    chance = Random(11)
    drawn = chance.choices(range(count), k=SEARCHES)
    customers = [next(people(1, ["none"], number)) for number in drawn]
    return [_part(customer, place, chance) for place, customer in enumerate(customers)]


def _part(customer: dict[str, Any], place: int, chance: Random) -> str:
    if not has_chinese(customer["name"]):
        return str(chance.choice(customer["name"].split()))
    return WAYS[place % len(WAYS)](customer, chance)


def _characters(customer: dict[str, Any], chance: Random) -> str:
    name: str = customer["name"]
    start = chance.randrange(len(name) - 1)
    return name[start : start + 2]


def _pinyin(customer: dict[str, Any], _chance: Random) -> str:
    return "".join(words(customer["name"], person=customer["kind"] == "person")[:2])


def _initials(customer: dict[str, Any], _chance: Random) -> str:
    return initials(customer["name"], person=customer["kind"] == "person")


WAYS: Final[tuple[Callable[[dict[str, Any], Random], str], ...]] = (
    _characters,
    _pinyin,
    _initials,
)
