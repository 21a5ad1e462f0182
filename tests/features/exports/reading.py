"""Reading a file back as the loader does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from app.features.exchange.delimited import open_delimited
from app.features.exchange.workbooks import open_workbook

OPENING = {"csv": open_delimited, "xlsx": open_workbook}


def cells_of(file: bytes, kind: str) -> list[list[str]]:
    """Return the cells of a file, headers first, as they come to be loaded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{kind}"
        path.write_bytes(file)
        with OPENING[kind](path) as sheet:
            return [row.cells for row in sheet.rows]
