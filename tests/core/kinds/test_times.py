"""Days and moments."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.kinds import DATE, TIMESTAMP, Invalid

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-01-05", "2026-1-5", "2026/1/5", "2026.01.05", "20260105", "2026年1月5日"),
        *(
            "2026年 1月 5日",
            "２０２６－０１－０５",
            "2026-01-05 00:00:00",
            "2026/1/5 0:00",
            "2026年1月5号",
        ),
    ],
)
def test_day_is_read_from_a_cell(cell: str) -> None:
    """A cell may hold a day in the ways people write it, year first."""
    assert DATE.from_text
    assert DATE.from_text(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["5/1/2026", "05.01.26", "2026-01", "2026-02-30", "2026-1-5 8:30", ""]
)
def test_ambiguous_day_is_refused(cell: str) -> None:
    """What could be two days, or none, is not guessed."""
    assert DATE.from_text
    with pytest.raises(Invalid):
        DATE.from_text(cell)


@pytest.mark.parametrize("value", ["2026-01-05", DAY, datetime(2026, 1, 5)])  # noqa: DTZ001 - as spreadsheets give it
def test_day_is_iso_on_the_wire(value: object) -> None:
    """JSON brings ISO text, a spreadsheet a day or its midnight."""
    assert DATE.normalise(value) == DAY
    assert type(DATE.normalise(value)) is date


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-1-5", "date-invalid"),
        ("20260105", "date-invalid"),
        ("2026-02-29", "date-invalid"),
        ("0000-01-01", "date-invalid"),
        ("2026-W01-1", "date-invalid"),
        (datetime(2026, 1, 5, 8, tzinfo=UTC), "date-invalid"),
        ("****-**-**", "value-is-mask"),
        (20260105, "type-string"),
    ],
)
def test_bad_day_is_refused(value: object, code: str) -> None:
    """Other forms, impossible days and moments are no dates on the wire."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        DATE.normalise(value)


@pytest.mark.parametrize(
    "written",
    ["2026-01-05T08:30:00Z", "2026-01-05t08:30:00z", "2026-01-05 16:30:00.000+08:00"],
)
def test_moment_comes_out_in_utc(written: str) -> None:
    """Any offset of RFC 3339 is turned to UTC."""
    moment = TIMESTAMP.normalise(written)

    assert moment == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=8)))))
def test_moments_keep_their_order_in_time(moment: datetime) -> None:
    """A moment is the same one after normalising, unless UTC cannot write it."""
    try:
        assert TIMESTAMP.normalise(moment) == moment
    except Invalid:
        assert moment.year == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-01-05T08:30:00", "timestamp-zone-missing"),
        (datetime(2026, 1, 5), "timestamp-zone-missing"),  # noqa: DTZ001 - the zone is what is missing
        ("2026-01-05", "timestamp-invalid"),
        ("2026-01-05T24:30:00Z", "timestamp-invalid"),
        ("2026-01-05T08:30:60Z", "timestamp-invalid"),
        ("2026-01-05T08:30:00+25:00", "timestamp-invalid"),
        ("0001-01-01T00:00:00+08:00", "timestamp-invalid"),
        (TIMESTAMP.mask(None), "value-is-mask"),
        (1767600000, "type-string"),
    ],
)
def test_bad_moment_is_refused(value: object, code: str) -> None:
    """A moment has a day, a time and an offset."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        TIMESTAMP.normalise(value)


def test_day_as_a_moment_is_its_beginning() -> None:
    """A filter may name a day; it stands for its first moment in UTC."""
    assert TIMESTAMP.from_text
    assert TIMESTAMP.from_text("2026-01-05") == datetime(2026, 1, 5, tzinfo=UTC)
    assert TIMESTAMP.from_text("2026-01-05T08:30:00Z").hour == 8


def test_masks_show_the_form_alone() -> None:
    """A masked day or moment tells nothing."""
    assert DATE.mask(DAY) == "****-**-**"
    assert TIMESTAMP.mask(datetime.now(UTC)) == "****-**-**T**:**:**Z"
