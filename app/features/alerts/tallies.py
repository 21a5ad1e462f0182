"""Tallies: what was counted of somebody in a slot of time, and when that is too much."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.features.alerts.matching import HOUR, MINUTE, Match, Rule, slot_of
from app.features.alerts.parameters import RuleKind
from app.features.alerts.sightings import Sighting
from app.features.alerts.sketches import joined, noted, number_of

MOST_LINES: Final = 30
MOST_CUSTOMERS: Final = 50
# These count customers, the others lines.
BY_CUSTOMER: Final = frozenset({RuleKind.VOLUME, RuleKind.OFF_HOURS, RuleKind.VIP})


@dataclass(slots=True)
class Tally:
    """A count, the sketch of the customers in it, and some of the lines behind it."""

    count: int = 0
    sketch: bytes | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    at_once: bool = False
    walk: dict[str, Any] | None = None
    touched: bool = False
    fresh: set[UUID] = field(default_factory=set)

    def add(self, kind: RuleKind, seen: Sighting, match: Match) -> None:
        """Count a sighting; customers are counted when the batch is `settled`."""
        self.touched = True
        self.at_once = self.at_once or match.at_once
        if kind in BY_CUSTOMER:
            self.fresh.update(match.customers)
        else:
            self.count += 1
        if kind is not RuleKind.VOLUME:  # everybody who reads has those: asked for when needed
            self._keep(seen, match)

    def settle(self) -> None:
        """Put the customers of a batch into the sketch."""
        if self.fresh:
            self.sketch = noted(self.sketch, self.fresh)
            self.count = number_of(self.sketch)
            self.fresh = set()

    def _keep(self, seen: Sighting, match: Match) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append(seen.evidence())
        for customer in match.customers[: MOST_CUSTOMERS - len(self.customers)]:
            if str(customer) not in self.customers:
                self.customers.append(str(customer))

    def state(self) -> dict[str, Any] | None:
        """Return what is stored beside count and sketch."""
        kept = {
            "lines": self.lines,
            "customers": self.customers,
            "at_once": self.at_once,
            "walk": self.walk,
        }
        return {name: value for name, value in kept.items() if value} or None


@dataclass(slots=True)
class Finding:
    """That a rule has something to say of somebody in a window of time."""

    rule: Rule
    who: str
    window_start: datetime
    count: int
    threshold: int
    last_at: datetime
    lines: list[dict[str, Any]] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    usual: int | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What there is one alert of."""
        return self.rule.code, self.who, self.window_start


def floor_of(rule: Rule) -> int:
    """Return up to which count a rule says nothing."""
    told = rule.told.model_dump()
    floor: int = told.get("floor", told.get("more_than", 0))
    return floor


def window_of(rule: Rule) -> timedelta | None:
    """Return over how long slots are added up; None where a slot is the window."""
    if rule.kind is RuleKind.VOLUME:
        return HOUR
    if rule.kind is RuleKind.REFUSALS:
        return MINUTE * int(rule.told.minutes)
    return None


def findings(
    rule: Rule, who: str, tallies: Mapping[datetime, Tally], last_at: datetime
) -> list[Finding]:
    """Return what is above the rule's floor, one for each window that was touched."""
    found: dict[datetime, Finding] = {}
    for slot, counted in _windows(rule, tallies):
        at_once = any(tally.at_once for tally in counted.values())
        count = _total(rule, counted)
        if count <= floor_of(rule) and not at_once:
            continue
        start = slot_of(slot, HOUR) if window_of(rule) else slot
        known = found.get(start)
        if known is None or count > known.count:
            found[start] = _finding(rule, who, start, count, counted, last_at)
    return [*found.values()]


def _windows(
    rule: Rule, tallies: Mapping[datetime, Tally]
) -> Iterator[tuple[datetime, dict[datetime, Tally]]]:
    """Yield the slots that end a window in which something was counted just now."""
    window = window_of(rule)
    touched = min(slot for slot, tally in tallies.items() if tally.touched)
    for slot in sorted(slot for slot in tallies if slot >= touched):
        if window is None:
            if tallies[slot].touched:
                yield slot, {slot: tallies[slot]}
        else:
            yield slot, {at: tally for at, tally in tallies.items() if slot - window < at <= slot}


def _total(rule: Rule, counted: Mapping[datetime, Tally]) -> int:
    """Add up; sketches are joined only where the sum, which is never less, is enough."""
    total = sum(tally.count for tally in counted.values())
    if len(counted) == 1 or rule.kind not in BY_CUSTOMER or total <= floor_of(rule):
        return total
    return number_of(joined(tally.sketch for tally in counted.values() if tally.sketch))


def _finding(
    rule: Rule,
    who: str,
    start: datetime,
    count: int,
    counted: Mapping[datetime, Tally],
    last_at: datetime,
) -> Finding:
    lines = [line for tally in counted.values() for line in tally.lines]
    customers = [one for tally in counted.values() for one in tally.customers]
    return Finding(rule, who, start, count, floor_of(rule), last_at, lines, customers)
