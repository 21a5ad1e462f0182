"""CSV files: encodings, delimiters, quotes."""

from pathlib import Path

import pytest

from app.features.exchange.delimited import open_delimited
from app.features.exchange.problems import FileDamaged, NotATable
from tests.features.exchange.tables import a_text_file

TABLE = "客户名称,备注\n张伟,老客户\n"


def cells_of(path: Path) -> list[list[str]]:
    """Return the cells of all rows."""
    with open_delimited(path) as sheet:
        return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encoding_is_told_by_content(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without a mark, and GB18030, read alike."""
    path = a_text_file(tmp_path, TABLE, encoding)

    assert cells_of(path) == [["客户名称", "备注"], ["张伟", "老客户"]]


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    """Four-byte characters in names are read."""
    path = a_text_file(tmp_path, "姓名\n㐀𠮷\n", "gb18030")

    assert cells_of(path)[1] == ["㐀𠮷"]


def test_character_on_the_edge_of_a_chunk(tmp_path: Path) -> None:
    """A character that two chunks share is no fault."""
    path = a_text_file(tmp_path, "姓名\n" + "张\n" * 300_000)  # seven bytes, then four by four

    assert cells_of(path)[-1] == ["张"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_sniffed(tmp_path: Path, delimiter: str) -> None:
    """Commas, semicolons and tabs; what stands in quotes does not count."""
    path = a_text_file(tmp_path, f'Name{delimiter}"a,b;c"\nAlice{delimiter}x\n')

    assert cells_of(path) == [["Name", "a,b;c"], ["Alice", "x"]]


def test_quoted_cell_holds_lines(tmp_path: Path) -> None:
    """A row is counted as a spreadsheet counts it, not by lines."""
    path = a_text_file(tmp_path, 'Name,Remark\r\nAlice,"a\r\nb"\r\nBob,\r\n')

    with open_delimited(path) as sheet:
        rows = list(sheet.rows)

    assert [(row.number, row.cells[1]) for row in rows[1:]] == [(2, "a\r\nb"), (3, "")]


def test_open_quote_is_damage(tmp_path: Path) -> None:
    """A quotation mark that is never closed stops the reading, naming the row."""
    path = a_text_file(tmp_path, 'Name\nAlice\n"Bob\n')

    with pytest.raises(FileDamaged) as refused:
        cells_of(path)

    assert refused.value.members == {"row": 3}


def test_endless_cell_is_damage(tmp_path: Path) -> None:
    """A cell of more than 128 KiB is no cell, but a quotation mark gone astray."""
    path = a_text_file(tmp_path, "Name\n" + "a" * 200_000)

    with pytest.raises(FileDamaged):
        cells_of(path)


@pytest.mark.parametrize(
    "content", [b"Name\n\0\n", b"Name\n\xff\xff\n", "Name".encode("utf-16-le")]
)
def test_other_bytes_are_no_table(tmp_path: Path, content: bytes) -> None:
    """NUL bytes, and what neither encoding knows, are refused."""
    path = tmp_path / "customers.csv"
    path.write_bytes(content)

    with pytest.raises(NotATable):
        cells_of(path)


def test_wide_text_is_read_when_it_says_so(tmp_path: Path) -> None:
    """UTF-16 with its mark is a table, parted by bars too."""
    path = tmp_path / "customers.csv"
    path.write_bytes("姓名|手机\n王小明|13800138000\n".encode("utf-16"))

    assert cells_of(path) == [["姓名", "手机"], ["王小明", "13800138000"]]


def test_guarded_formula_is_restored(tmp_path: Path) -> None:
    """The apostrophe that we put before a formula is taken away; the formula stays text."""
    path = a_text_file(tmp_path, "Name,Remark\nAlice,'=1+1\nBob,=1+1\n")

    assert [row[1] for row in cells_of(path)[1:]] == ["=1+1", "=1+1"]


def test_file_tells_about_itself(tmp_path: Path) -> None:
    """Lines are counted for the progress bar, also a last one without its end."""
    path = a_text_file(tmp_path, "Name\nAlice\nBob")

    with open_delimited(path) as sheet:
        assert sheet.about == 3
        assert len(sheet.digest) == 64
