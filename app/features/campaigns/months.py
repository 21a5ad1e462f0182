"""Windows that come back: a week of each month, in the time zone of the house."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = 7
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a round runs."""

    opens_at: datetime
    closes_at: datetime


def present_window(week: int, at: datetime, zone: ZoneInfo) -> Window:
    """Return the window that runs at a moment, or the next one."""
    return next(w for w in _windows(week, at, zone) if w.closes_at > at)


def next_window(week: int, at: datetime, zone: ZoneInfo) -> Window:
    """Return the first window that opens at a moment or later."""
    return next(w for w in _windows(week, at, zone) if w.opens_at >= at)


def _windows(week: int, at: datetime, zone: ZoneInfo) -> Iterator[Window]:
    """Go through the windows of three months from that of a moment on."""
    day = at.astimezone(zone).date().replace(day=1)
    for first in islice(_months(day), 3):
        began = first + timedelta(days=DAYS * (week - 1))
        yield Window(_midnight(began, zone), _midnight(began + timedelta(days=DAYS), zone))


def _months(first: date) -> Iterator[date]:
    while True:
        yield first
        following = first.month % MONTHS + 1
        first = date(first.year + (following == 1), following, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
