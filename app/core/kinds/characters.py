"""Which characters may stand in a text, and how its spellings are made one."""

import re
import unicodedata
from typing import Final

from app.core.kinds.invalid import Invalid

# Controls, line separators, marks and overrides of direction, lone surrogates, byte order marks.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# What has no width of its own; prose needs the joiners and variants, in names they only deceive.
_INVISIBLE: Final = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\uffa0\U000e0080-\U000e0fff]"
)
_BREAKS: Final = re.compile(r"[\t\n]")
_EDGES: Final = " \t\r\n\u3000\xa0"
_MASKED: Final = "***"


def wire_text(value: object) -> str:
    """Return the text, or refuse another type and whatever carries the stars of a mask."""
    if not isinstance(value, str) or _MASKED in value:
        raise wrong_type(value, "type-string")
    return value


def wrong_type(value: object, code: str) -> Invalid:
    """Make the refusal of a value of another type, or say that it is the mask of one."""
    return Invalid("value-is-mask" if isinstance(value, str) and _MASKED in value else code)


def single_line(value: object, max_length: int, *, visible: bool = False) -> str:
    """Return one line in NFC, its white space single; `visible` refuses zero-width characters."""
    line = cleaned(wire_text(value), max_length, visible=visible)
    return line if line.isascii() and "  " not in line else " ".join(line.split())


def folded(value: object, max_length: int) -> str:
    """Return a code without edges, its full-width and other compatible forms made plain."""
    code = wire_text(value)
    if not code.isascii() and len(code) <= 4 * max_length:
        code = unicodedata.normalize("NFKC", code)
    return cleaned(code, max_length, visible=True)


def cleaned(value: str, max_length: int, *, lines: bool = False, visible: bool = False) -> str:
    """Return the text trimmed and in NFC, or refuse it as empty, too long or unsafe."""
    text = value.strip(_EDGES)
    # Composing makes one character out of four at most.
    if len(text) > 4 * max_length:
        raise Invalid("text-too-long")
    if not text.isprintable():
        _refuse_unsafe(text, lines=lines)
    if visible and not text.isascii() and _INVISIBLE.search(text):
        raise Invalid("text-control")
    text = unicodedata.normalize("NFC", text)
    if not text.strip():
        raise Invalid("text-empty")
    if len(text) > max_length:
        raise Invalid("text-too-long")
    return text


def _refuse_unsafe(text: str, *, lines: bool) -> None:
    if _UNSAFE.search(text) or (not lines and _BREAKS.search(text)):
        raise Invalid("text-control")
