"""Text: names, lines, long texts and lists of lines, free of invisible and control characters."""

import re
from collections.abc import Callable
from typing import Final

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.kinds.characters import cleaned, single_line, wire_text, wrong_type
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import MEMBERSHIP, PRESENCE, TEXT, Kind, stars

_NAME_MASK: Final = re.compile(r".\*\*")
_SEPARATORS: Final = re.compile(r"[,;\n\uff0c\u3001\uff1b]")


def text(*, max_length: int, multiline: bool = False) -> Kind:
    """Make a kind of plain text; more lines than one make it prose, which is not filtered."""

    def normalise(value: object) -> str:
        return _prose(value, max_length) if multiline else single_line(value, max_length)

    example = "Prefers to be called in the morning." if multiline else "Morning calls"
    return Kind(
        name="long-text" if multiline else "text",
        column=Text(),
        schema={"type": "string", "minLength": 1, "maxLength": max_length},
        example=example[:max_length].rstrip(),
        normalise=normalise,
        mask=stars,
        operators=PRESENCE if multiline else TEXT,
    )


def text_list(name: str, *, max_items: int, max_length: int) -> Kind:
    """Make a kind of distinct lines in the order given; a cell separates them by commas."""

    def normalise(value: object) -> list[str]:
        if not isinstance(value, list | tuple):
            raise wrong_type(value, "type-list")
        if len(value) > max_items:
            raise Invalid("list-too-long")
        return list(dict.fromkeys(single_line(item, max_length) for item in value))

    items = {"type": "string", "minLength": 1, "maxLength": max_length}
    return Kind(
        name=name,
        column=ARRAY(Text()),
        schema={"type": "array", "items": items, "maxItems": max_items},
        example=["tea", "hiking"],
        normalise=normalise,
        mask=stars,
        operators=MEMBERSHIP,
        from_text=_split_then(normalise),
    )


def _split_then(normalise: Callable[[object], list[str]]) -> Callable[[str], list[str]]:
    def from_text(cell: str) -> list[str]:
        return normalise([part for part in _SEPARATORS.split(wire_text(cell)) if part.strip()])

    return from_text


def _prose(value: object, max_length: int) -> str:
    if not isinstance(value, str):
        raise Invalid("type-string")
    # Stars in prose may be a divider; only a text of nothing but our mask is one.
    if value.strip() == stars(value):
        raise Invalid("value-is-mask")
    return cleaned(value.replace("\r\n", "\n").replace("\r", "\n"), max_length, lines=True)


def _party_name(value: object) -> str:
    name = single_line(value, 200, visible=True)
    if _NAME_MASK.fullmatch(name):
        raise Invalid("value-is-mask")
    return name


def _mask_name(name: str) -> str:
    """Keep the first character: `张**`; nothing of a name that has no more than that."""
    return f"{name[0] if len(name) > 1 else '*'}**"


PARTY_NAME: Final = Kind(
    name="party-name",
    column=Text(),
    schema={"type": "string", "minLength": 1, "maxLength": 200},
    example="张伟",
    normalise=_party_name,
    mask=_mask_name,
    operators=TEXT,
)
SHORT_TEXT: Final = text(max_length=200)
LONG_TEXT: Final = text(max_length=10_000, multiline=True)
TAG_LIST: Final = text_list("tag-list", max_items=50, max_length=40)
TEXT_LIST: Final = text_list("text-list", max_items=100, max_length=200)
