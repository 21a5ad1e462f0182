"""XLSX workbooks: cells, and what is refused before it is unpacked into memory."""

from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from app.features.exchange.problems import FileDamaged, FileHasMacros, FileTooLarge, NotATable
from app.features.exchange.workbooks import MOST_ENTRIES, open_workbook
from tests.features.exchange.tables import a_workbook


def rewritten(path: Path, **entries: bytes) -> Path:
    """Add or replace entries of a workbook; `__` in a name stands for a slash."""
    named = {name.replace("__", "/") + ".xml": content for name, content in entries.items()}
    changed = path.with_name("changed.xlsx")
    with ZipFile(path) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, named.pop(entry) if entry in named else old.read(entry))
        for name, content in named.items():
            new.writestr(name, content)
    return changed


def open_all(path: Path) -> None:
    """Open a workbook and read it to its end."""
    with open_workbook(path) as sheet:
        list(sheet.rows)


def test_cells_are_read_as_text(tmp_path: Path) -> None:
    """Numbers, days and formulas become what a person would type."""
    path = a_workbook(
        tmp_path,
        ["姓名", "手机", "生日", "备注"],
        ["张伟", 13800000000, date(1990, 1, 5), "=1+1"],
    )

    with open_workbook(path) as sheet:
        found = [(row.number, row.cells, row.inexact) for row in sheet.rows]

    assert found[1] == (2, ["张伟", "13800000000", "1990-01-05", "=1+1"], ())


def test_long_number_is_marked(tmp_path: Path) -> None:
    """An identity number in a number cell has lost its last digits."""
    path = a_workbook(tmp_path, ["姓名", "身份证号"], ["张伟", 110000190001010012])

    with open_workbook(path) as sheet:
        assert [row.inexact for row in sheet.rows] == [(), (1,)]


def test_further_sheets_are_named(tmp_path: Path) -> None:
    """Only the first sheet is read; the others are told of."""
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("客户").write(0, 0, "姓名")
    book.add_worksheet("说明")
    book.close()

    with open_workbook(path) as sheet:
        assert sheet.passed_over == ("说明",)


def test_bomb_is_refused(tmp_path: Path) -> None:
    """What unpacks to a thousand times its size is not unpacked."""
    path = rewritten(a_workbook(tmp_path, ["姓名"]), xl__worksheets__bomb=b" " * 2**24)

    with pytest.raises(FileTooLarge):
        open_all(path)


def test_many_entries_are_refused(tmp_path: Path) -> None:
    """A workbook has few parts."""
    entries = {f"xl__media__{number}": b"x" for number in range(MOST_ENTRIES)}
    path = rewritten(a_workbook(tmp_path, ["姓名"]), **entries)

    with pytest.raises(FileTooLarge):
        open_all(path)


def test_far_cell_is_refused(tmp_path: Path) -> None:
    """Two cells far apart span more than memory holds, though the file is small."""
    cells = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>' + cells
    path = rewritten(
        a_workbook(tmp_path, ["姓名"]),
        xl__worksheets__sheet1=sheet + b"</sheetData></worksheet>",
    )

    with pytest.raises(FileTooLarge):
        open_all(path)


def test_macros_are_refused(tmp_path: Path) -> None:
    """A workbook with macros is not taken, whatever its name."""
    path = a_workbook(tmp_path, ["姓名"])
    with ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"macro")

    with pytest.raises(FileHasMacros):
        open_all(path)


def test_other_archive_is_no_table(tmp_path: Path) -> None:
    """A ZIP file without a workbook is refused."""
    path = tmp_path / "customers.xlsx"
    with ZipFile(path, "w") as packed:
        packed.writestr("../../customers.csv", "Name\nAlice\n")

    with pytest.raises(NotATable):
        open_all(path)


@pytest.mark.parametrize("kept", [30, 400, -100])
def test_cut_file_is_damaged(tmp_path: Path, kept: int) -> None:
    """A workbook that breaks off is refused."""
    path = a_workbook(tmp_path, ["姓名"], ["张伟"])
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(FileDamaged):
        open_all(path)


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    """Neither other files nor endless texts come in by way of XML."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    kinds = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'.encode()
    texts = b"<sst><si><t>&a;</t></si></sst>"
    path = rewritten(a_workbook(tmp_path, ["姓名"]), xl__sharedStrings=kinds + texts)

    with pytest.raises(FileDamaged):
        open_all(path)


def test_nonsense_in_a_sheet_is_damage(tmp_path: Path) -> None:
    """XML that ends in the middle is refused."""
    path = rewritten(a_workbook(tmp_path, ["姓名"]), xl__worksheets__sheet1=b"<worksheet><sheet")

    with pytest.raises(FileDamaged):
        open_all(path)
