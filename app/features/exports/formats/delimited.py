"""CSV as RFC 4180 has it, in UTF-8 with a mark by which spreadsheets know that."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from app.core.fields import Field
from app.core.formulas import guarded
from app.features.exports.formats.values import text_of


class CsvWriter:
    """Writes a header and a line for each customer; what looks like a formula is guarded."""

    media_type = "text/csv; charset=utf-8"
    suffix = "csv"

    def __init__(self, columns: Sequence[Field], *, chinese: bool, state: dict[str, Any]) -> None:
        self._columns = [entry.name for entry in columns]
        self._headers = [entry.zh if chinese else entry.en for entry in columns]
        self.state = state

    def head(self) -> bytes:
        """Return the mark and the headers."""
        return b"\xef\xbb\xbf" + _written([[guarded(header) for header in self._headers]])

    def page(self, views: Sequence[dict[str, Any]]) -> bytes:
        """Return a line for each view."""
        columns = self._columns
        return _written([_cell(view.get(name)) for name in columns] for view in views)

    def tail(self) -> bytes:
        """Return nothing: a table ends with its last line."""
        return b""


def _cell(value: Any) -> str:
    return "" if value is None else guarded(text_of(value))


def _written(rows: Any) -> bytes:
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode()
