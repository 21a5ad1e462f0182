"""Matching: which sightings a rule counts, and in which slot of time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from app.features.alerts.models import Severity
from app.features.alerts.parameters import OffHoursParameters, Parameters, RuleKind
from app.features.alerts.sightings import REFUSED, Outsiders, Sighting

MINUTE: Final = timedelta(minutes=1)
TEN_MINUTES: Final = timedelta(minutes=10)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SATURDAY: Final = 5
REVEALING: Final = "reveal_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it is in force, or switched off."""

    code: str
    en: str
    zh: str
    kind: RuleKind
    parameters: Parameters
    severity: Severity
    enabled: bool
    version: int
    is_shipped: bool
    changed_at: datetime
    changed_by: UUID | None = None

    @property
    def told(self) -> Any:
        """The parameters, whose members depend on the kind."""
        return self.parameters


@dataclass(frozen=True, slots=True)
class Match:
    """That a rule counts a sighting: when, which customers, and whether one is enough."""

    slot: datetime
    customers: list[UUID] = field(default_factory=list)
    at_once: bool = False


def slot_of(at: datetime, width: timedelta) -> datetime:
    """Return when the slot of this width began."""
    return at - (at - EPOCH) % width


def _volume(rule: Rule, seen: Sighting, _known: Outsiders) -> Match | None:
    if not seen.is_reading(rule.told.who):
        return None
    return Match(slot_of(seen.at, TEN_MINUTES), seen.subjects)


def _off_hours(rule: Rule, seen: Sighting, _known: Outsiders) -> Match | None:
    if not seen.is_reading(rule.told.who):
        return None
    began = off_since(rule.told, seen.at)
    return Match(began, seen.subjects) if began else None


def _vip(rule: Rule, seen: Sighting, known: Outsiders) -> Match | None:
    if not seen.is_reading(rule.told.who):
        return None
    strange = [*known.strange(seen, rule.told.tiers)]
    if not strange:
        return None
    is_reveal = rule.told.reveals and seen.operation == REVEALING
    return Match(slot_of(seen.at, DAY), strange, is_reveal)


def _own_record(_rule: Rule, seen: Sighting, known: Outsiders) -> Match | None:
    """Count the record itself, opened or found alone; not a list in which it happens to be."""
    if seen.actor_id is None or len(seen.subjects) != 1 or not seen.is_reading("persons"):
        return None
    if seen.subjects[0] not in known.own.get(seen.actor_id, ()):
        return None
    return Match(slot_of(seen.at, DAY), seen.subjects)


def _operation(rule: Rule, seen: Sighting, _known: Outsiders) -> Match | None:
    if seen.operation not in rule.told.operations or seen.outcome not in rule.told.outcomes:
        return None
    return Match(slot_of(seen.at, HOUR), seen.subjects)


def _refusals(rule: Rule, seen: Sighting, _known: Outsiders) -> Match | None:
    if seen.status < REFUSED or seen.status not in rule.told.statuses:
        return None
    return Match(slot_of(seen.at, MINUTE))


Matcher = Callable[[Rule, Sighting, Outsiders], Match | None]
MATCHERS: Final[Mapping[RuleKind, Matcher]] = {
    RuleKind.VOLUME: _volume,
    RuleKind.OFF_HOURS: _off_hours,
    RuleKind.VIP: _vip,
    RuleKind.OWN_RECORD: _own_record,
    RuleKind.OPERATION: _operation,
    RuleKind.REFUSALS: _refusals,
}


def off_since(told: OffHoursParameters, at: datetime) -> datetime | None:
    """Return when the night or the free day began that a moment falls into, if it does.

    A night belongs to the day on which it began, one that follows a free day included.
    """
    zone, (begins, ends) = told.clock, told.night
    local = at.astimezone(zone)
    today, clock = local.date(), local.time()
    if begins > ends and clock < ends:
        return _moment(today - DAY, begins, zone)
    if _is_free(told, today):
        return _moment(today, time(0), zone)
    is_night = clock >= begins if begins > ends else begins <= clock < ends
    return _moment(today, begins, zone) if is_night else None


def _is_free(told: OffHoursParameters, day: date) -> bool:
    if day.isoformat() in told.workdays:
        return False
    return day.isoformat() in told.days_off or (told.weekends and day.weekday() >= SATURDAY)


def _moment(day: date, clock: time, zone: Any) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
