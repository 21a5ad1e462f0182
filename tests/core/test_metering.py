"""Metering: what one request takes, each customer once, and what it gives back."""

from dataclasses import dataclass, field

from app.core.access import Actor, ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.metering import UNMETERED, Metered, Tally

SOMEBODY = an_actor(ActorKind.PERSON, new_id(), scopes=())


@dataclass
class Counted:
    """A meter that refuses nothing and keeps the sums."""

    sums: dict[Metered, int] = field(default_factory=lambda: dict.fromkeys(Metered, 0))

    def take(self, _actor: Actor, quota: Metered, number: int) -> None:
        """Count."""
        self.sums[quota] += number

    add = take


def a_line(*subjects: str, shown: bool = True) -> Line:
    """Return a line about these customers."""
    line = Line("request", actor=SOMEBODY, shown={"customers": {"name": "read"}} if shown else {})
    line.note_subjects(subjects)
    return line


def test_a_customer_counts_once_a_request() -> None:
    """However many lines of the request show it."""
    meter = Counted()
    tally = Tally(meter)

    tally.show(a_line("a", "b"))
    tally.show(a_line("b", "c"))
    tally.show_anyway(a_line("c", "d"))

    assert meter.sums[Metered.RECORDS] == 4


def test_what_is_only_touched_does_not_count() -> None:
    """A line without fields has shown nobody anything."""
    meter = Counted()

    Tally(meter).show(a_line("a", shown=False))

    assert meter.sums[Metered.RECORDS] == 0


def test_a_refused_request_gives_back_what_it_took() -> None:
    """But for look-ups: the refusal may tell what was found."""
    meter = Counted()
    tally = Tally(meter)
    tally.show(a_line("a", "b"))
    tally.reveal(SOMEBODY)
    tally.look_up(SOMEBODY, 3)

    for _ in range(2):
        tally.give_back()

    assert meter.sums == {Metered.RECORDS: 0, Metered.REVEALS: 0, Metered.LOOKUPS: 3}


def test_jobs_are_not_metered() -> None:
    """Without a meter everything goes through."""
    tally = Tally(UNMETERED)

    tally.show(a_line("a"))
    tally.show_anyway(a_line("b"))
    tally.give_back()
