"""Tests of days and their ends."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.core import clock


@pytest.mark.parametrize(
    ("moment", "zone", "day", "ends"),
    [
        ("2026-11-24T15:59:59", "Asia/Shanghai", date(2026, 11, 24), "2026-11-24T16:00:00"),
        ("2026-11-24T16:00:00", "Asia/Shanghai", date(2026, 11, 25), "2026-11-25T16:00:00"),
        ("2026-11-24T16:00:00", "UTC", date(2026, 11, 24), "2026-11-25T00:00:00"),
        ("2026-10-24T23:30:00", "Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00:00"),
    ],
)
def test_a_day_ends_at_midnight_of_its_zone(
    monkeypatch: pytest.MonkeyPatch, moment: str, zone: str, day: date, ends: str
) -> None:
    """Also where a day has 25 hours."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)

    assert clock.today(ZoneInfo(zone)) == day
    assert clock.tomorrow(ZoneInfo(zone)) == datetime.fromisoformat(ends).replace(tzinfo=UTC)
