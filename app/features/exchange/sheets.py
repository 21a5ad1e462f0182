"""Sheets: a table as rows of text, whatever form its file has."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it, its cells, and which of them are not exact."""

    number: int
    cells: list[str]
    inexact: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened table: its rows, about how many, a digest of the file, and what is not read.

    Of text also how it is written.
    """

    rows: Iterator[SheetRow]
    about: int
    digest: str
    passed_over: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
