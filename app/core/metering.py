"""Metering: what one request takes of its actor's quotas for the day."""

from enum import StrEnum
from typing import Final, Protocol

from app.core.access import Actor
from app.core.audit import Line


class Metered(StrEnum):
    """What is counted for a day: customers shown, look-ups by a whole value, reveals."""

    RECORDS = "records"
    LOOKUPS = "lookups"
    REVEALS = "reveals"


class Meter(Protocol):
    """Counts what actors take, in memory: no request waits for it."""

    def take(self, actor: Actor, quota: Metered, number: int) -> None:
        """Count, or count nothing and raise: ReadQuotaSpent, NotNow while others' use is unseen."""

    def add(self, actor: Actor, quota: Metered, number: int) -> None:
        """Count without asking, what stands already or, below zero, what was never shown."""


class Unmetered:
    """Counts nothing: of jobs, of the command line."""

    def take(self, _actor: Actor, _quota: Metered, _number: int) -> None:
        """Let everything through."""

    def add(self, _actor: Actor, _quota: Metered, _number: int) -> None:
        """Count nothing."""


UNMETERED: Final = Unmetered()


class Tally:
    """What one request has taken; it counts each customer once, and gives back when refused."""

    __slots__ = ("_meter", "_seen", "_taken")

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._seen: dict[str, None] = {}
        self._taken: list[tuple[Actor, Metered, int]] = []

    def show(self, line: Line) -> None:
        """Count the customers whose data the line shows, before it stands; raises as `take`."""
        number = self._fresh(line)
        if number:
            self._meter.take(line.actor, Metered.RECORDS, number)
            self._taken.append((line.actor, Metered.RECORDS, number))
            self._see(line)

    def show_anyway(self, line: Line) -> None:
        """Count what a change that stands has shown; it is too late to refuse."""
        number = self._fresh(line)
        if number:
            self._meter.add(line.actor, Metered.RECORDS, number)
            self._see(line)

    def reveal(self, actor: Actor) -> None:
        """Count a reveal; raises as `take`."""
        self._meter.take(actor, Metered.REVEALS, 1)
        self._taken.append((actor, Metered.REVEALS, 1))

    def take_out(self, actor: Actor, number: int) -> None:
        """Count customers who leave in a file, shown line by line elsewhere; raises as `take`."""
        self._meter.take(actor, Metered.RECORDS, number)
        self._taken.append((actor, Metered.RECORDS, number))

    def look_up(self, actor: Actor, number: int) -> None:
        """Count look-ups for good: a refusal that follows may tell what was found."""
        self._meter.take(actor, Metered.LOOKUPS, number)

    def give_back(self) -> None:
        """Give back what was not shown after all."""
        for actor, quota, number in self._taken:
            self._meter.add(actor, quota, -number)
        self._taken.clear()
        self._seen.clear()

    def _fresh(self, line: Line) -> int:
        """Count whom it shows for the first time; without fields shown, a line only touches."""
        if not line.shown:
            return 0
        if not self._seen:
            return len(line.subjects)
        return len(line.subjects.keys() - self._seen.keys())

    def _see(self, line: Line) -> None:
        self._seen = {**self._seen, **line.subjects} if self._seen else line.subjects.copy()
