"""Files: which form a file has is told by its content, never by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.features.exchange.delimited import open_delimited
from app.features.exchange.problems import FileTooLarge, NotATable
from app.features.exchange.sheets import Sheet
from app.features.exchange.workbooks import open_workbook

MOST_BYTES: Final = 1 << 30
ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0"  # XLS, or a workbook behind a password


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open the table in a file; raises NotATable, FileTooLarge, FileHasMacros, FileDamaged."""
    if path.stat().st_size > MOST_BYTES:
        raise FileTooLarge
    with path.open("rb") as file:
        start = file.read(len(ZIP))
    if start == OLE:
        raise NotATable
    with open_workbook(path) if start == ZIP else open_delimited(path) as sheet:
        yield sheet
