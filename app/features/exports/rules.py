"""The rules of exports in this installation, from its settings."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRules:
    """How long a file and a link to it last, how much leaves in one, and how many in a day."""

    lasting: timedelta
    link: timedelta
    most_rows: int
    most_a_day: int
