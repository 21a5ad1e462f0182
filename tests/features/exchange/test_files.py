"""The form of a file is told by its content."""

from pathlib import Path

import pytest

from app.features.exchange import files
from app.features.exchange.files import open_sheet
from app.features.exchange.problems import FileTooLarge, NotATable
from tests.features.exchange.tables import a_text_file, a_workbook


def test_name_plays_no_part(tmp_path: Path) -> None:
    """A workbook called CSV, and a text called XLSX, are read for what they are."""
    book = a_workbook(tmp_path, ["Name"], ["Alice"]).rename(tmp_path / "a.csv")
    text = a_text_file(tmp_path, "Name\nAlice\n").rename(tmp_path / "b.xlsx")

    for path in (book, text):
        with open_sheet(path) as sheet:
            assert [row.cells for row in sheet.rows] == [["Name"], ["Alice"]]


def test_old_workbook_is_no_table(tmp_path: Path) -> None:
    """XLS, and workbooks behind a password, begin like this."""
    path = tmp_path / "customers.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)

    with pytest.raises(NotATable), open_sheet(path):
        pass


def test_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on bytes comes before anything is read."""
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    path = a_text_file(tmp_path, "Name\nAlice Example\n")

    with pytest.raises(FileTooLarge), open_sheet(path):
        pass
