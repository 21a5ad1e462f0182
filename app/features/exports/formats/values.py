"""Values as text: the form in which they are stored and read again, in whatever kind of file."""

from datetime import UTC, date, datetime
from typing import Any


def text_of(value: Any) -> str:
    """Write a value as text: nothing for none, ISO days and times, parts with semicolons."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ";".join(map(text_of, value))
    return str(value)
