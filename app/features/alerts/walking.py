"""Walking: records opened in the order of their ids, or pages turned without opening any.

Ids are given in the order of time. Whoever works with customers goes back and forth between them;
twenty in a row in one direction come about by chance once in 10 to the 18.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from app.core.breathing import breathing
from app.features.alerts.matching import HOUR, Rule, slot_of
from app.features.alerts.sightings import Sighting
from app.features.alerts.tallies import MOST_LINES, Finding

LISTING: Final = "list_customers"
# A walk that has been put aside for longer has ended whatever a rule says.
LONGEST_PAUSE: Final = timedelta(hours=4)


@dataclass(slots=True)
class Walk:
    """How far somebody has walked up, down and through pages, and since when."""

    at: str = ""
    last: str = ""
    up: int = 0
    down: int = 0
    up_since: str = ""
    down_since: str = ""
    page: str = ""
    pages: int = 0
    pages_since: str = ""
    records_seen: list[dict[str, Any]] = field(default_factory=list)
    pages_seen: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Self:
        """Go on from what was stored."""
        return cls(**kept) if kept else cls()

    def stored(self) -> dict[str, Any]:
        """Return what is stored."""
        return {name: getattr(self, name) for name in self.__slots__}

    def is_over(self, seen: Sighting, pause: timedelta) -> bool:
        """Whether a step comes too late to belong to this walk."""
        return bool(self.at) and seen.at - datetime.fromisoformat(self.at) > pause

    def step(self, seen: Sighting) -> None:
        """Take one more step."""
        at = seen.at.isoformat()
        self.at = max(self.at, at)
        if len(seen.subjects) == 1:
            self._open(seen, at)
        elif seen.operation == LISTING:
            self._turn(seen, at)

    def _open(self, seen: Sighting, at: str) -> None:
        customer = str(seen.subjects[0])
        if customer == self.last:
            return
        self.page, self.pages, self.pages_seen = "", 0, []
        if not self.last:
            self.up = self.down = 1
            self.up_since = self.down_since = at
        elif customer > self.last:
            self.up, self.down, self.down_since = self.up + 1, 1, at
        else:
            self.down, self.up, self.up_since = self.down + 1, 1, at
        self.last = customer
        step = {**seen.evidence(), "customer_id": customer}
        self.records_seen = [*self.records_seen, step][-min(max(self.up, self.down), MOST_LINES) :]

    def _turn(self, seen: Sighting, at: str) -> None:
        """Count a page that does not begin with, or hold, what the one before began with."""
        if self.page in map(str, seen.subjects):
            return
        self.page = str(seen.subjects[0])
        self.pages += 1
        self.pages_since = self.pages_since if self.pages > 1 else at
        self.pages_seen = [*self.pages_seen, seen.evidence()][-MOST_LINES:]


@dataclass(slots=True)
class Followed:
    """Where a walk stands after a batch, and what is worth telling of it, at its greatest."""

    walk: Walk
    findings: list[Finding]


async def follow(rule: Rule, walk: Walk, who: str, sightings: Sequence[Sighting]) -> Followed:
    """Follow somebody through a batch."""
    pause = min(timedelta(minutes=rule.told.pause_minutes), LONGEST_PAUSE)
    found: dict[datetime, Finding] = {}
    async for seen in breathing(sightings):
        if walk.is_over(seen, pause):
            walk = Walk()
        walk.step(seen)
        for finding in _told(rule, walk, who, seen.at):
            found[finding.window_start] = finding
    return Followed(walk, [*found.values()])


def _told(rule: Rule, walk: Walk, who: str, at: datetime) -> list[Finding]:
    told, found = rule.told, []
    run = max(walk.up, walk.down)
    if run >= told.records:
        since = walk.up_since if walk.up >= walk.down else walk.down_since
        customers = [step["customer_id"] for step in walk.records_seen]
        found.append(
            _finding(rule, who, since, run, told.records, at, walk.records_seen, customers)
        )
    if walk.pages >= told.pages:
        since, pages = walk.pages_since, walk.pages
        found.append(_finding(rule, who, since, pages, told.pages, at, walk.pages_seen, []))
    return found


def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
    rule: Rule,
    who: str,
    since: str,
    count: int,
    threshold: int,
    at: datetime,
    lines: list[dict[str, Any]],
    customers: list[str],
) -> Finding:
    start = slot_of(datetime.fromisoformat(since), HOUR)
    kept = [{name: one[name] for name in one if name != "customer_id"} for one in lines]
    return Finding(rule, who, start, count, threshold - 1, at, kept, customers)
