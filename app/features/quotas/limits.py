"""The limits of a day: how much of each quota, for whom, and when a day begins."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.access import ActorKind
from app.core.metering import Metered


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLimits:
    """How much a person and another system may take in a day of this zone; 0 is no limit."""

    people: dict[Metered, int]
    clients: dict[Metered, int]
    extensions: int
    zone: ZoneInfo

    def of(self, kind: ActorKind, quota: Metered) -> int:
        """Return the limit of an actor of this kind; jobs have none."""
        if kind is ActorKind.PERSON:
            return self.people[quota]
        return self.clients[quota] if kind is ActorKind.CLIENT else 0

    @property
    def is_any(self) -> bool:
        """Whether anything is limited at all."""
        return any((*self.people.values(), *self.clients.values()))

    def day_of(self, at: datetime) -> date:
        """Return the calendar day of a moment."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Return when the next day begins, in UTC."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)
