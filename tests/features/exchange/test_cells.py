"""Cells as text, and text that no spreadsheet runs."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.formulas import guarded, restored
from app.features.exchange.cells import Cell, as_text, is_exact, is_filled


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张伟", "张伟"),
        (13800000000.0, "13800000000"),
        (12.5, "12.5"),
        (True, "True"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5), "2026-01-05"),  # noqa: DTZ001 - a workbook knows no zones
        (datetime(2026, 1, 5, 8, 30), "2026-01-05 08:30:00"),  # noqa: DTZ001 - as above
    ],
)
def test_cell_is_written_as_a_person_would(cell: Cell, text: str) -> None:
    """Whole numbers have no point, days no midnight."""
    assert as_text(cell) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+861", "-1", "@a", "\t=1", "＝1", "'=1", '"=1', " =1", "\ufeff=1", "\r", "\0"]
)
def test_formula_is_guarded(text: str) -> None:
    """What a spreadsheet would run gets an apostrophe, also behind quotes and marks."""
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "张伟", "O'Brien", "'quoted'", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    """An apostrophe of one's own stays."""
    assert guarded(text) == text == restored(text)


@given(st.text(st.sampled_from("'\"=+-@\t\r\0 ＝a\ufeff"), max_size=8))
def test_guarded_text_comes_back(text: str) -> None:
    """Loading what was written out restores the value."""
    assert restored(guarded(text)) == text


def test_long_number_is_not_exact() -> None:
    """A workbook keeps fifteen digits of a number."""
    assert is_exact(999_999_999_999_999.0)
    assert is_exact("110000190001010012")
    assert not is_exact(110000190001010012.0)


@pytest.mark.parametrize(("cell", "filled"), [("", False), (" \u3000", False), (" a", True)])
def test_white_space_fills_no_cell(cell: str, filled: bool) -> None:  # noqa: FBT001 - a table
    """A cell of spaces is empty."""
    assert is_filled(cell) is filled
