"""The file of refused rows."""

import stat
from pathlib import Path

import pytest

from app.features.exchange.delimited import open_delimited
from app.features.exchange.incoming import Refusal
from app.features.exchange.refusals import SENTENCES, refused_rows, sentences
from app.features.exchange.sheets import SheetRow
from tests.features.exchange.tables import headings_of

REFUSALS = [Refusal("phone-invalid", "手机"), Refusal("profile-mismatch")]


def written(path: Path, headers: tuple[str, ...], *rows: SheetRow) -> list[list[str]]:
    """Write refused rows and read them back, as loading them again would."""
    with refused_rows(path) as refused:
        refused.begin(headings_of(*headers))
        for row in rows:
            refused.add(row, REFUSALS)
    with open_delimited(path) as sheet:
        return [row.cells for row in sheet.rows]


def test_row_stands_with_number_and_reasons(tmp_path: Path) -> None:
    """The cells as they came, then the row's number and each reason in both languages."""
    headers, row = written(tmp_path / "r.csv", ("姓名", "手机"), SheetRow(7, ["张伟", "12"]))

    assert headers == ["姓名", "手机", "row", "reason"]
    assert row[:3] == ["张伟", "12", "7"]
    assert "手机: phone-invalid: This is not a phone number" in row[3]
    assert "电话号码无效" in row[3]
    assert "profile-mismatch" in row[3]


def test_file_is_its_owners(tmp_path: Path) -> None:
    """Nobody else reads it, also when an older one was open to all."""
    path = tmp_path / "r.csv"
    path.write_text("old")
    path.chmod(0o666)

    written(path, ("姓名",), SheetRow(2, ["张伟"]))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "old" not in path.read_text("utf-8")


def test_nothing_refused_makes_no_file(tmp_path: Path) -> None:
    """Without a refused row there is no file."""
    path = tmp_path / "r.csv"
    with refused_rows(path) as refused:
        refused.begin(headings_of("姓名"))

    assert not path.exists()


def test_link_is_not_followed(tmp_path: Path) -> None:
    """A link in the file's place might lead anywhere."""
    (tmp_path / "r.csv").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic"):
        written(tmp_path / "r.csv", ("姓名",), SheetRow(2, ["张伟"]))


def test_formula_is_guarded_and_restored(tmp_path: Path) -> None:
    """Opened in a spreadsheet it runs nothing; loaded again it is what it was."""
    path = tmp_path / "r.csv"
    _, row = written(path, ("姓名", "备注"), SheetRow(2, ["张伟", "=cmd()"]))

    assert row[1] == "=cmd()"
    assert "'=cmd()" in path.read_text("utf-8")


def test_own_columns_are_not_doubled(tmp_path: Path) -> None:
    """Rows that are refused a second time carry the new reasons only, and slipped cells last."""
    row = SheetRow(2, ["张伟", "9", "old reason", "slipped"])
    headers, found = written(tmp_path / "r.csv", ("姓名", "row", "reason"), row)

    assert headers == ["姓名", "row", "reason"]
    assert found[:2] == ["张伟", "2"]
    assert "old reason" not in found
    assert found[-1] == "slipped"


@pytest.mark.parametrize("code", [*SENTENCES, "phone-invalid", "profile-mismatch"])
def test_code_has_both_languages(code: str) -> None:
    """English for some, Chinese for others."""
    english, chinese = sentences(code)

    assert english.isascii()
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
