"""Refused rows: a file of them for the operator, with the reasons in both languages."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from app.core.formulas import guarded
from app.core.kinds import MESSAGES
from app.core.problems import REGISTRY
from app.features.exchange.headings import OWN, Headings, plain_name
from app.features.exchange.incoming import Refusal
from app.features.exchange.sheets import SheetRow

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "colleague-unknown": (
        "No colleague, or more than one, has this name.",
        "没有这位同事，或同名者不止一位。",
    ),
    "department-unknown": (
        "No department, or more than one, has this name.",
        "没有这个部门，或同名部门不止一个。",
    ),
    "customer-known": (
        "This customer is known already; the import only creates.",
        "客户已存在，本次导入仅新建。",
    ),
    "customer-not-known": (
        "No such customer is known; the import only updates.",
        "没有这位客户，本次导入仅更新。",
    ),
    "match-ambiguous": (
        "More than one customer has this value.",
        "该值对应的客户不止一位。",
    ),
    "row-given-twice": (
        "An earlier row is of the same customer.",
        "前面已有同一客户的行。",
    ),
    "missing": ("A new customer needs a name.", "新客户必须有名称。"),
    "number-inexact": (
        "The workbook has lost the last digits; write long numbers as text.",
        "数字过长，末位已丢失，请以文本格式填写。",
    ),
    "too-many-cells": (
        "The row has more cells than there are headers.",
        "该行单元格多于表头。",
    ),
}


def sentences(code: str) -> tuple[str, str]:
    """Return what a code says, in English and Chinese."""
    if code in REGISTRY:
        return REGISTRY[code].title, REGISTRY[code].title_zh
    return SENTENCES.get(code) or MESSAGES[code]


class RefusedRows:
    """A CSV file that only its owner may read; it is made with the first row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None
        self._headers: list[str] = []
        self._kept: list[int] = []

    def begin(self, headings: Headings) -> None:
        """Take the headers; of a file that we made before, our own columns are left out."""
        self._headers = headings.row.cells
        names = [plain_name(header) for header in self._headers]
        self._kept = [place for place, name in enumerate(names) if name not in OWN]

    def add(self, row: SheetRow, refusals: Sequence[Refusal]) -> None:
        """Write a row as it came, with its number and the reasons."""
        if self._file is None:
            self._file = _private(self.path)
            self._write([*self._picked(self._headers), *OWN])
        reasons = " | ".join(map(reason, refusals))
        beyond = row.cells[len(self._headers) :]
        self._write([*self._picked(row.cells), str(row.number), reasons, *beyond])

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def _picked(self, cells: Sequence[str]) -> list[str]:
        return [cells[place] if place < len(cells) else "" for place in self._kept]

    def _write(self, cells: Sequence[str]) -> None:
        csv.writer(self._file).writerow([guarded(cell) for cell in cells])  # type: ignore[arg-type]  # it is open


@contextmanager
def refused_rows(path: Path) -> Iterator[RefusedRows]:
    """Lend a file for refused rows, and finish it whatever happens."""
    rows = RefusedRows(path)
    try:
        yield rows
    finally:
        rows.close()


def reason(refusal: Refusal) -> str:
    """Say why a row is refused: the column, the code, and a sentence in both languages."""
    english, chinese = sentences(refusal.code)
    said = f"{refusal.code}: {english} {chinese}"
    return f"{refusal.header}: {said}" if refusal.header else said


def _private(path: Path) -> IO[str]:
    """Open a file anew that only its owner may read; a link in its place is not followed."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
