"""Closed sets: one of a few values, each with a label in both languages."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Text

from app.core.kinds.characters import folded, wire_text
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import EQUALITY, Choice, Kind, stars

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Gender(Choice):
    """The gender a person states."""

    FEMALE = "female", "Female", "女"
    MALE = "male", "Male", "男"
    OTHER = "other", "Other", "其他"


class AgeBand(Choice):
    """The years of life, as coarse as lists need; the first bound is that of PIPL, article 31."""

    UNDER_14 = "under-14", "Under 14", "14岁以下"
    FROM_14 = "14-17", "14 to 17", "14至17岁"
    FROM_18 = "18-24", "18 to 24", "18至24岁"
    FROM_25 = "25-34", "25 to 34", "25至34岁"
    FROM_35 = "35-44", "35 to 44", "35至44岁"
    FROM_45 = "45-54", "45 to 54", "45至54岁"
    FROM_55 = "55-64", "55 to 64", "55至64岁"
    FROM_65 = "65-and-over", "65 and over", "65岁及以上"


def choice(options: type[Choice], *, aliases: Mapping[str, str] = _NONE) -> Kind:
    """Make a kind of one closed set; a cell may hold a value, a label or an alias."""
    values = {option.value: option.value for option in options}

    def normalise(value: object) -> str:
        found = values.get(wire_text(value))
        if found is None:
            raise Invalid("choice-unknown")
        return found

    return Kind(
        name=re.sub(r"(?<!^)(?=[A-Z])", "-", options.__name__).lower(),
        column=Text(),
        schema={"type": "string", "enum": list(values)},
        example=next(iter(values)),
        normalise=normalise,
        mask=stars,
        operators=EQUALITY,
        choices=options,
        from_text=_label_reader(options, aliases),
    )


def _label_reader(options: type[Choice], aliases: Mapping[str, str]) -> Callable[[str], str]:
    spellings = {
        folded(spelling, 100).casefold(): option.value
        for option in options
        for spelling in (option.value, option.en, option.zh)
    }
    spellings |= {folded(alias, 100).casefold(): value for alias, value in aliases.items()}

    def from_text(cell: str) -> str:
        value = spellings.get(folded(cell, 100).casefold())
        if value is None:
            raise Invalid("choice-unknown")
        return value

    return from_text


GENDER: Final = choice(
    Gender,
    aliases={
        "f": "female",
        "m": "male",
        "女性": "female",
        "男性": "male",
        "女士": "female",
        "先生": "male",
    },
)
AGE_BAND: Final = choice(AgeBand)
