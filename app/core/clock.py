"""Time and ids: the only place that asks the clock or draws a new id."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

CHINA: Final = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware and in UTC, as it is bound into statements."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the day that it is in a time zone."""
    return now().astimezone(zone).date()


def tomorrow(zone: ZoneInfo) -> datetime:
    """Return the next midnight of a time zone."""
    return datetime.combine(today(zone) + timedelta(days=1), time(), zone).astimezone(UTC)


def new_id() -> UUID:
    """Draw a time-ordered id (UUIDv7, RFC 9562)."""
    return uuid7()
