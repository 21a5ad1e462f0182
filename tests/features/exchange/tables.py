"""Builders of tables and of the files that hold them; every person and number is made up."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from app.features.exchange.headings import Headings, recognise
from app.features.exchange.incoming import Incoming, RowReader
from app.features.exchange.references import References
from app.features.exchange.sheets import Sheet, SheetRow

Cells = Sequence[str]
HEADERS = ("客户编号", "姓名", "手机", "等级", "性别")


def a_sheet(*rows: Cells) -> Sheet:
    """Return a table with these rows, headers first."""
    numbered = (SheetRow(number, list(cells)) for number, cells in enumerate(rows, 1))
    return Sheet(numbered, len(rows), "0" * 64)


def headings_of(*headers: str) -> Headings:
    """Return what is recognised of headers."""
    return recognise(SheetRow(1, list(headers)))


def read_row(
    headers: Cells, cells: Cells, references: References | None = None, **row: tuple[int, ...]
) -> Incoming:
    """Read one row under headers."""
    reader = RowReader(headings_of(*headers), references or References(), "shop")
    return reader.read(SheetRow(2, list(cells), **row))


def a_text_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file."""
    path = folder / "customers.csv"
    path.write_bytes(text.encode(encoding))
    return path


def a_workbook(folder: Path, *rows: Sequence[str | float | bool | date]) -> Path:
    """Write a workbook with one sheet of these rows; days are cells of that kind."""
    path = folder / "customers.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("客户")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date | datetime):
                sheet.write_datetime(number, place, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(number, place, cell)
            else:
                sheet.write(number, place, cell)
    book.close()
    return path
