"""The rules of imports in this installation, from its settings."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRules:
    """How large a file is, how many in a day, how long it waits, and how long it can be undone."""

    most_bytes: int
    most_rows: int
    most_a_day: int
    undo: timedelta
    waiting: timedelta
