"""Workbooks: XLSX, looked through before it is unpacked into memory."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from app.core.formulas import restored
from app.features.exchange.cells import Cell, as_text, is_exact
from app.features.exchange.problems import FileDamaged, FileHasMacros, FileTooLarge, NotATable
from app.features.exchange.sheets import Sheet, SheetRow

CHUNK: Final = 1 << 20
MOST_ENTRIES: Final = 2_000
MOST_UNPACKED: Final = 1 << 29
# Sheets pack to a tenth, rarely to a fiftieth; bombs to a thousandth.
MOST_RATIO: Final = 200
SMALL: Final = 1 << 20
# The reader holds the whole rectangle that a sheet spans, at some 30 bytes a cell.
MOST_CELLS: Final = 20_000_000
OVERLAP: Final = 64
ENCRYPTED: Final = 1
# What the two readers say of archives that somebody has cut, bent or made up.
DAMAGE: Final = (
    BadZipFile,
    CalamineError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    zlib.error,
)
_PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,9})([0-9]{1,9})[\"']")


@contextmanager
def open_workbook(path: Path) -> Iterator[Sheet]:
    """Open the first sheet; raises NotATable, FileTooLarge, FileHasMacros, FileDamaged."""
    with path.open("rb") as file:
        yield read_workbook(file)


def read_workbook(file: IO[bytes]) -> Sheet:
    """Read the first sheet of what is open; raises as `open_workbook` does."""
    try:
        _look_through(file)
        file.seek(0)
        workbook = CalamineWorkbook.from_filelike(file)
        tables = [m.name for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        sheet = workbook.get_sheet_by_name(tables[0]) if tables else None
    except DAMAGE:
        raise FileDamaged from None
    if sheet is None:
        raise NotATable
    return Sheet(_rows(sheet), sheet.total_height, _digest(file), tuple(tables[1:]))


def _look_through(file: IO[bytes]) -> None:
    """Unpack everything once, keeping nothing: what entries say of their size may be a lie."""
    with ZipFile(file) as packed:
        entries = packed.infolist()
        names = {entry.filename.lower() for entry in entries}
        if "xl/workbook.xml" not in names or any(entry.flag_bits & ENCRYPTED for entry in entries):
            raise NotATable
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
            raise FileHasMacros
        _require_sizes(entries)
        for entry in entries:
            with packed.open(entry) as content:
                _require_span(content)


def _require_sizes(entries: list[ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed_well = any(
        entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size) for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or packed_well:
        raise FileTooLarge


def _require_span(content: IO[bytes]) -> None:
    """Read an entry to its end, which checks its sum, and measure what a sheet in it spans."""
    rows = columns = 1
    before = b""
    while chunk := content.read(CHUNK):
        places = set(_PLACE.findall(before + chunk))
        rows = max([rows, *(int(row) for _, row in places)])
        columns = max([columns, *(_column(letters) for letters, _ in places)])
        before = chunk[-OVERLAP:]
        if rows * columns > MOST_CELLS:
            raise FileTooLarge


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("@")
    return number


def _rows(sheet: CalamineSheet) -> Iterator[SheetRow]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield SheetRow(number, [_text(cell) for cell in cells], _inexact(cells))


def _text(cell: Cell) -> str:
    text = as_text(cell)
    return restored(text) if text[:1] == "'" else text


def _inexact(cells: list[Cell]) -> tuple[int, ...]:
    return tuple(place for place, cell in enumerate(cells) if not is_exact(cell))


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads bytes
