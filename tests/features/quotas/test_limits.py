"""The limits of a day, and when it begins."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.core.access import ActorKind
from app.core.metering import Metered
from app.features.quotas.limits import QuotaLimits
from app.settings import QuotaSettings


def limits(people: int, clients: int = 0, zone: str = "Asia/Shanghai") -> QuotaLimits:
    """Return the same limit for every quota."""
    return QuotaLimits(
        people=dict.fromkeys(Metered, people),
        clients=dict.fromkeys(Metered, clients),
        extensions=1,
        zone=ZoneInfo(zone),
    )


def test_people_and_systems_have_limits_and_jobs_have_none() -> None:
    """By the kind of the actor."""
    both = limits(5, 7)

    found = [both.of(kind, Metered.RECORDS) for kind in ActorKind]

    assert dict(zip(ActorKind, found, strict=True)) == {
        ActorKind.PERSON: 5,
        ActorKind.CLIENT: 7,
        ActorKind.JOB: 0,
        ActorKind.SELF_SERVICE: 0,
        ActorKind.NOBODY: 0,
    }
    assert both.is_any
    assert not limits(0).is_any


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    """In Shanghai it is tomorrow while it is still today in Greenwich."""
    late = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)

    assert limits(1).day_of(late) == date(2026, 11, 25)
    assert limits(1).end_of(date(2026, 11, 24)) == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_a_day_may_be_short() -> None:
    """Where the clock is put forward, the next day begins an hour sooner."""
    berlin = limits(1, zone="Europe/Berlin")

    length = berlin.end_of(date(2026, 3, 29)) - berlin.end_of(date(2026, 3, 28))

    assert length.total_seconds() == 23 * 3600


def test_a_zone_has_to_exist() -> None:
    """Better no start than a day that begins nobody knows when."""
    with pytest.raises(ValidationError):
        QuotaSettings(zone="Middle/Earth")
