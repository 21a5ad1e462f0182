"""Windows that come back: a week of each month, in the time zone of the house."""

from datetime import UTC, datetime, timedelta

from app.core.clock import CHINA
from app.features.campaigns.months import next_window, present_window


def test_the_first_week_of_a_month_begins_at_midnight_there() -> None:
    """Within a window it is that one; after it, that of the next month, over the year's end."""
    within = datetime(2026, 12, 3, tzinfo=UTC)
    after = datetime(2026, 12, 7, 16, tzinfo=UTC)

    window = present_window(1, within, CHINA)

    assert window.opens_at == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert window.closes_at - window.opens_at == timedelta(days=7)
    assert present_window(1, after, CHINA).opens_at == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert next_window(1, within, CHINA).opens_at == datetime(2026, 12, 31, 16, tzinfo=UTC)
