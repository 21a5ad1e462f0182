"""Cells: their content as text."""

from datetime import date, datetime, time, timedelta
from typing import Final

Cell = str | int | float | bool | date | datetime | time | timedelta

# A number in a workbook keeps 15 digits; of a longer one the last digits are not what was typed.
_EXACT: Final = 10**15


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
