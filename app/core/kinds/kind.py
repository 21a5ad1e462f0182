"""What a kind of data is: how a value is checked, stored, masked, shown and filtered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from sqlalchemy.types import TypeEngine

from app.core.kinds.invalid import MESSAGES, Invalid

EQUALITY = frozenset({"eq", "ne", "in", "null"})
TEXT = EQUALITY | {"prefix"}
ORDERED = EQUALITY | {"lt", "lte", "gt", "gte"}
MEMBERSHIP = frozenset({"any", "all", "null"})
PRESENCE = frozenset({"null"})


class Choice(StrEnum):
    """Be the base of a closed set, each member written as value, English and Chinese label."""

    en: str
    zh: str

    def __new__(cls, value: str, en: str = "", zh: str = "") -> Self:
        """Make the member a text that knows its two labels; a look-up by value needs none."""
        if not (en and zh):
            raise TypeError(f"{value} needs a label in both languages")
        member = str.__new__(cls, value)
        member._value_ = value
        member.en = en
        member.zh = zh
        return member


# Compared by identity: schemas are mappings, and a kind has to serve as a key.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """One kind of data; `normalise` and `from_text` raise nothing but `Invalid`, whatever they get.

    A stored value, written as JSON (dates in ISO form, decimals as text), is its own wire form. A
    mask has the same form and length whatever the value, so it tells nothing but the characters it
    keeps.
    """

    name: str
    column: TypeEngine[Any]
    schema: Mapping[str, Any]
    example: Any
    normalise: Callable[[Any], Any]
    mask: Callable[[Any], str]
    operators: frozenset[str]
    choices: type[Choice] | None = None
    from_text: Callable[[str], Any] | None = None

    @property
    def annotation(self) -> Any:
        """Give the type to annotate a member of a pydantic input with."""
        return Annotated[Any, self.validator, WithJsonSchema(dict(self.schema))]

    @property
    def validator(self) -> PlainValidator:
        """Give what checks a member of an input that is outside the catalogue."""

        def accept(value: object) -> object:
            try:
                return self.normalise(value)
            except Invalid as refusal:
                english, _ = MESSAGES[refusal.code]
                raise PydanticCustomError(refusal.code, english) from None

        return PlainValidator(accept)


def stars(value: object) -> str:  # noqa: ARG001 - nothing of the value may show
    """Mask a value whole: `***`."""
    return "***"
