"""The meter: exact in a process, shared within a second, closed when it sees nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast
from unittest.mock import patch

import pytest

from app.core.access import Actor, ActorKind, an_actor
from app.core.clock import new_id, now
from app.core.database import Database
from app.core.metering import Metered
from app.core.problems import NotNow, ReadQuotaSpent
from app.core.work import Platform
from app.features.quotas import meter as module
from app.features.quotas.meter import BLIND_SECONDS, QuotaMeter
from tests.features.quotas.test_limits import limits

RECORDS = Metered.RECORDS


async def a_meter(platform: Platform, most: int = 10) -> QuotaMeter:
    """Return the meter of a process that has looked once."""
    made = QuotaMeter(platform.database, limits(most))
    await made.exchange()
    return made


def a_person() -> Actor:
    """Return somebody new."""
    return an_actor(ActorKind.PERSON, new_id(), scopes=())


def used(meter: QuotaMeter, actor: Actor) -> int:
    """Return what a process knows of somebody's use."""
    assert actor.actor_id is not None
    return meter.use_of(actor.actor_id, RECORDS).total


async def test_it_counts_to_the_limit_and_no_further(platform: Platform) -> None:
    """What would go beyond is refused whole and counts nothing; others are not touched."""
    meter, lin, wei = await a_meter(platform), a_person(), a_person()
    meter.take(lin, RECORDS, 8)

    with pytest.raises(ReadQuotaSpent) as spent:
        meter.take(lin, RECORDS, 3)
    meter.take(lin, RECORDS, 2)
    meter.take(wei, RECORDS, 10)

    assert used(meter, lin) == 10
    told = spent.value.members
    assert (told["quota"], told["left"], told["extensions_left"]) == ("records", 2, 1)
    assert 0 < int(spent.value.headers["Retry-After"]) <= 24 * 3600
    assert datetime.fromisoformat(told["renews_at"]) == meter.renews_at > now()


async def test_jobs_and_what_has_no_limit_are_not_counted(platform: Platform) -> None:
    """Nor is anything asked of the database."""
    free = QuotaMeter(cast("Database", None), limits(0))
    job = an_actor(ActorKind.JOB, new_id(), scopes=())

    free.take(a_person(), RECORDS, 10**9)
    await free.start()
    await free.close()

    (await a_meter(platform)).take(job, RECORDS, 10**9)


async def test_processes_know_of_each_other(platform: Platform) -> None:
    """What one has told, the other knows after it has looked."""
    here, there, lin = await a_meter(platform), await a_meter(platform), a_person()
    here.take(lin, RECORDS, 6)
    there.take(lin, RECORDS, 3)

    for meter in (here, there, here):
        await meter.exchange()

    assert used(here, lin) == used(there, lin) == 9
    for meter in (here, there):
        with pytest.raises(ReadQuotaSpent):
            meter.take(lin, RECORDS, 2)


async def test_a_restart_forgets_nothing(platform: Platform) -> None:
    """What was counted last is told on the way down, and read on the way up."""
    before, lin = QuotaMeter(platform.database, limits(10)), a_person()
    await before.start()
    before.take(lin, RECORDS, 7)
    await before.close()

    after = await a_meter(platform)

    assert used(after, lin) == 7


async def test_what_was_given_back_is_told_too(platform: Platform) -> None:
    """Also when it had been told as used already."""
    here, there, lin = await a_meter(platform), await a_meter(platform), a_person()
    here.take(lin, RECORDS, 6)
    await here.exchange()

    here.add(lin, RECORDS, -6)
    for meter in (here, there):
        await meter.exchange()

    assert used(here, lin) == used(there, lin) == 0


@contextmanager
def at(moment: float) -> Iterator[None]:
    """Let the meter's clocks stand elsewhere."""
    with patch.object(time, "monotonic", lambda: moment):
        yield


async def test_it_closes_when_it_sees_nothing(platform: Platform) -> None:
    """Others may have used up all there is; once it sees again, it opens."""
    meter, lin = await a_meter(platform), a_person()

    with at(time.monotonic() + BLIND_SECONDS + 0.1), pytest.raises(NotNow):
        meter.take(lin, RECORDS, 1)
    meter.take(lin, RECORDS, 1)

    assert used(meter, lin) == 1


async def test_what_could_not_be_told_stays_counted(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is told the next time, once."""
    meter, lin = await a_meter(platform), a_person()
    meter.take(lin, RECORDS, 4)

    async def lost(_self: Database, _sql: str, _args: object) -> None:
        raise NotNow

    with monkeypatch.context() as broken:
        broken.setattr(Database, "fetch", lost)
        with pytest.raises(NotNow):
            await meter.exchange()
        await meter.close()
    assert used(meter, lin) == 4
    await meter.exchange()

    assert used(meter, lin) == used(await a_meter(platform), lin) == 4


async def test_the_next_day_begins_anew(platform: Platform) -> None:
    """What was counted until then is told still, as of its day."""
    meter, lin = await a_meter(platform), a_person()
    meter.take(lin, RECORDS, 9)
    today = meter.day
    assert lin.actor_id is not None
    meter.extend(lin.actor_id, RECORDS, 1)

    with tomorrow(meter):
        meter.take(lin, RECORDS, 10)
    await meter.exchange()

    assert used(meter, lin) == 10
    rows = await platform.database.fetch(
        "select day, used from quota_uses where actor_id = $1 order by day", [lin.actor_id]
    )
    assert [tuple(row) for row in rows] == [(today, 9), (today + timedelta(days=1), 10)]


@contextmanager
def tomorrow(meter: QuotaMeter) -> Iterator[None]:
    """Let it be the first second of the next day."""
    moment = meter.renews_at
    with patch.object(module, "now", lambda: moment):
        yield
