"""Days and moments: ISO forms on the wire, and the ways people write a day in a cell."""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import Date
from sqlalchemy.dialects.postgresql import TIMESTAMP as TIMESTAMPTZ

from app.core.kinds.characters import folded, wire_text
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import ORDERED, Kind

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_CELL: Final = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?[日号]?"
    r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
)
_DAY_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
# The driver takes the first and the last moment for infinity, and gives them back without a zone.
_ENDS: Final = {datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)}


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return _midnight(value)
    if isinstance(value, date):
        return value
    day = _DAY.fullmatch(wire_text(value))
    if not day:
        raise Invalid("date-invalid")
    return _calendar_day(day[1], day[2], day[3])


def _midnight(moment: datetime) -> date:
    """Take the day a spreadsheet wrote as a moment, when it has no time of day."""
    if moment.tzinfo or moment.time() != time():
        raise Invalid("date-invalid")
    return moment.date()


def _calendar_day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Invalid("date-invalid") from None


def _date_cell(cell: str) -> date:
    """Read `2026-1-5`, `2026/1/5`, `2026.1.5`, `20260105` or `2026年1月5日`."""
    written = folded(cell, 40)
    day = _DAY_CELL.fullmatch(written) or _DAY_DIGITS.fullmatch(written)
    if not day:
        raise Invalid("date-invalid")
    return _calendar_day(day[1], day[2], day[3])


def _mask_date(_: object) -> str:
    """Show nothing but the form of a day."""
    return "****-**-**"


def _timestamp(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else _read_moment(wire_text(value))
    if not moment.tzinfo:
        raise Invalid("timestamp-zone-missing")
    try:
        settled = moment.astimezone(UTC)
    except (OverflowError, ValueError):  # beyond the years 1 to 9999 once in UTC
        raise Invalid("timestamp-invalid") from None
    if settled in _ENDS:
        raise Invalid("timestamp-invalid")
    return settled


def _read_moment(written: str) -> datetime:
    if not _MOMENT.fullmatch(written):
        raise Invalid("timestamp-invalid")
    try:
        return datetime.fromisoformat(written.upper())
    except ValueError:
        raise Invalid("timestamp-invalid") from None


def _timestamp_cell(cell: str) -> datetime:
    """Read a moment with its zone, or a day as its first moment in UTC."""
    written = folded(cell, 40)
    if _MOMENT.fullmatch(written):
        return _timestamp(written)
    return datetime.combine(_date_cell(written), time(), UTC)


def _mask_timestamp(_: object) -> str:
    """Show nothing but the form of a moment."""
    return "****-**-**T**:**:**Z"


DATE: Final = Kind(
    name="date",
    column=Date(),
    schema={"type": "string", "format": "date"},
    example="2026-01-05",
    normalise=_date,
    mask=_mask_date,
    operators=ORDERED,
    from_text=_date_cell,
)
TIMESTAMP: Final = Kind(
    name="timestamp",
    column=TIMESTAMPTZ(timezone=True),
    schema={"type": "string", "format": "date-time"},
    example="2026-01-05T08:30:00Z",
    normalise=_timestamp,
    mask=_mask_timestamp,
    operators=ORDERED,
    from_text=_timestamp_cell,
)
