"""Cells: their content as text, and text that no spreadsheet takes for a formula."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

Cell = str | int | float | bool | date | datetime | time | timedelta

# What spreadsheets run, also behind quotes, marks and spaces (trust.md J5).
_FORMULA: Final = re.compile("['\"\\s\ufeff]*[=+\\-@\t\r\0＝＋－＠]")
# A number in a workbook keeps 15 digits; of a longer one the last digits are not what was typed.
_EXACT: Final = 10**15


def guarded(text: str) -> str:
    """Put an apostrophe before what would be run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Take that apostrophe away again; any other text stays as it is."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text, 1) else text


def is_filled(cell: str) -> bool:
    """Whether anything but white space stands in a cell."""
    return bool(cell) and not cell.isspace()


def is_exact(cell: Cell) -> bool:
    """Whether a cell still holds the number that was typed."""
    return not isinstance(cell, int | float) or abs(cell) < _EXACT


def as_text(cell: Cell) -> str:
    """Write a cell of a workbook as a person would: whole numbers whole, days in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)
