"""The kinds of file: no formula runs, what goes out comes back, and pages join to one file."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.customers.models import Customer
from app.features.exchange.headings import recognise
from app.features.exchange.sheets import SheetRow
from app.features.exports.formats import FileWriter, writer_of
from tests.features.exports.reading import cells_of

NAMES = ("name", "phone", "remark", "first_trade_on")
COLUMNS = [Customer.fields[name] for name in NAMES]
NASTY = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", "'=1", "''=1"),
    *('"=1', "\ufeff=1", " =1", "'plain", "a,b", 'say "so"', "two\nlines", "<&>", "_x000D_", "甲"),
)
STARTS = tuple("=+-@\t\r\0＝＋－＠")
VIEW: dict[str, Any] = {"customer_id": "01890000-0000-7000-8000-00000000000a"}


def a_file(kind: str, *pages: list[dict[str, Any]], language: str = "en") -> bytes:
    """Write pages, each by a writer of its own that takes up the thread."""
    writer = writer_of(kind, COLUMNS, language)
    written = writer.head()
    for views in pages:
        writer = writer_of(kind, COLUMNS, language, orjson.loads(orjson.dumps(writer.state)))
        written += writer.page(views)
    return written + writer.tail()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_back(kind: str) -> None:
    """The loader finds the very text again, and knows the headers."""
    views = [{"name": text, "remark": text, "phone": "+8613800138000"} for text in NASTY]

    headers, *rows = cells_of(a_file(kind, views[:5], [], views[5:], language="zh-CN"), kind)

    assert [[row[0], row[2]] for row in rows] == [[text, text] for text in NASTY]
    known = recognise(SheetRow(1, headers)).columns["person"]
    assert [column.entry.name for column in known] == [*NAMES]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_text_comes_back(kind: str, text: str) -> None:
    """Whatever somebody is called."""
    rows = cells_of(a_file(kind, [{"name": f"x{text}", "remark": text}]), kind)

    assert (rows[1][0], rows[1][2]) == (f"x{text}", text)


@given(text=st.text(st.characters(codec="utf-8")))
def test_no_cell_begins_a_formula(text: str) -> None:
    """Not behind quotes, marks and spaces either."""
    file = a_file("csv", [{"name": text}]).decode("utf-8-sig")

    _, row = list(csv.reader(io.StringIO(file, newline="")))

    assert not row[0].startswith(STARTS)
    assert row[0] == text or (row[0] == f"'{text}")


def test_values_have_the_form_they_are_read_in() -> None:
    """Days and times as ISO 8601, nothing for nothing."""
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    views = [{"name": None, "phone": at, "first_trade_on": date(2026, 1, 2)}]

    assert cells_of(a_file("csv", views), "csv")[1] == [
        "",
        "2026-01-02T03:04:05Z",
        "",
        "2026-01-02",
    ]


def test_a_workbook_is_whole_and_without_formulas() -> None:
    """Its sums are right, whatever pages it was written in, and text is all there is."""
    file = a_file("xlsx", [{"name": "=1"}] * 3, [{"name": "甲"}])

    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("'=1") == 3


def test_lines_name_what_is_withheld() -> None:
    """What is gone since it was asked for is null and hidden; the rest is as the view has it."""
    view = {
        **VIEW,
        "name": "甲",
        "withheld": orjson.Fragment(b'{"phone":"masked"}'),
        "phone": "1**",
    }

    line = orjson.loads(a_file("jsonl", [view]))

    gone = {"remark": "hidden", "first_trade_on": "hidden"}
    empty = dict.fromkeys(gone)
    told = {"phone": "masked", **gone}
    assert line == {"name": "甲", "phone": "1**", **empty, "withheld": told}


def cards(**view: Any) -> str:
    """Write a card and unfold it."""
    names = ("kind", "name", "phone", "remark", "city", "country", "address")
    writer: FileWriter = writer_of("vcard", [Customer.fields[name] for name in names], "en")
    return (writer.page([{**VIEW, **view}]) + writer.tail()).decode().replace("\r\n ", "")


def test_a_card_says_who_and_how() -> None:
    """As RFC 6350 has it: escaped, one property a line, the id of the customer on it."""
    text = cards(
        kind="organization", name="甲;乙,丙", phone="+861", remark="a\nb\\c", city="北京市"
    )

    assert text.split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:urn:uuid:{VIEW['customer_id']}",
        "KIND:org",
        "FN:甲\\;乙\\,丙",
        "ORG:甲\\;乙\\,丙",
        "TEL;VALUE=text:+861",
        "NOTE:a\\nb\\\\c",
        "ADR:;;;北京市;;;",
        "END:VCARD",
        "",
    ]


@given(remark=st.text(max_size=400))
def test_cards_are_folded_between_characters(remark: str) -> None:
    """No line has more than 75 octets, and no value begins a line of its own."""
    writer = writer_of("vcard", [Customer.fields["remark"]], "en")

    written = writer.page([{**VIEW, "remark": remark}])

    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    unfolded = written.decode().replace("\r\n ", "")
    assert unfolded.count("\r\n") == 6 - (not remark.replace("\r", "").replace("\0", ""))
