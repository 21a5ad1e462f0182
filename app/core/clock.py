"""Time and ids: the only place that asks the clock or draws a new id."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def now() -> datetime:
    """Return the present moment, aware and in UTC, as it is bound into statements."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Draw a time-ordered id (UUIDv7, RFC 9562)."""
    return uuid7()
