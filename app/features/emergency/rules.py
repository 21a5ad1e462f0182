"""The rules of emergency access in this installation, from its settings."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRules:
    """How long an access lasts, how many one may open in a day, and how much a reason says."""

    lasting: timedelta
    most_a_day: int
    reason_characters: int
