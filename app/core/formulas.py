"""Formulas: text that no spreadsheet runs, and that comes back as it was."""

import re
from typing import Final

# What spreadsheets run, also behind quotes, marks and spaces (trust.md J5).
_FORMULA: Final = re.compile("['\"\\s\ufeff]*[=+\\-@\t\r\0＝＋－＠]")


def guarded(text: str) -> str:
    """Put an apostrophe before what would be run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Take that apostrophe away again; any other text stays as it is."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text, 1) else text
