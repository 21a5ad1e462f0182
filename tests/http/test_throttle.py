"""Tests of the throttle: each actor and each unknown source has so many requests a minute."""

from itertools import pairwise
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.core.access import NOBODY, ActorKind, an_actor
from app.http import throttle as module
from app.http.openapi import describe
from app.http.throttle import Throttle, TooMany
from app.routes import all_routes
from app.settings import LimitSettings, Settings
from tests.colleagues import a_client
from tests.conftest import NewDatabase
from tests.service import Service, running_service


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        """Tell the time."""
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let time stand still."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_beyond_the_limit_there_is_none(clock: Clock) -> None:
    """The answer says how long to wait; a minute later it goes on."""
    throttle = Throttle(per_actor=2, per_source=1)
    actor = an_actor(ActorKind.PERSON, uuid4(), scopes=())

    first = dict(throttle.admit(actor, "source").headers())
    clock.at += 20
    second = dict(throttle.admit(actor, "source").headers())
    with pytest.raises(TooMany) as refused:
        throttle.admit(actor, "source")
    clock.at += 40
    third = dict(throttle.admit(actor, "source").headers())

    assert [one[b"ratelimit-remaining"] for one in (first, second, third)] == [b"1", b"0", b"1"]
    assert (first[b"ratelimit-limit"], second[b"ratelimit-reset"]) == (b"2", b"40")
    assert refused.value.headers["Retry-After"] == refused.value.headers["RateLimit-Reset"] == "40"


def test_what_costs_more_counts_as_several(clock: Clock) -> None:
    """The figures say so; what one request costs beyond the limit, the next ones wait for."""
    throttle = Throttle(per_actor=5, per_source=1)
    actor = an_actor(ActorKind.PERSON, uuid4(), scopes=())

    first = dict(throttle.admit(actor, "source").add(2))
    second = dict(throttle.admit(actor, "source").add(9))
    with pytest.raises(TooMany):
        throttle.admit(actor, "source")
    clock.at += 60
    third = dict(throttle.admit(actor, "source").headers())

    assert [one[b"ratelimit-remaining"] for one in (first, second, third)] == [b"2", b"0", b"4"]


def test_everybody_is_counted_alone(clock: Clock) -> None:
    """Another actor, and another source of unknown ones, has a window of its own."""
    throttle = Throttle(per_actor=1, per_source=1)
    actors = [an_actor(ActorKind.PERSON, uuid4(), scopes=()) for _ in range(2)]

    for actor in actors:
        throttle.admit(actor, "same")
    throttle.admit(NOBODY, "same")
    throttle.admit(NOBODY, "other")

    for actor, source in ((actors[0], "same"), (NOBODY, "same"), (NOBODY, "other")):
        with pytest.raises(TooMany):
            throttle.admit(actor, source)


def test_it_remembers_a_bounded_number(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources without an end do not fill the memory; the oldest is let go."""
    monkeypatch.setattr(module, "REMEMBERED", 2)
    throttle = Throttle(per_actor=1, per_source=1)

    for source in ("a", "b", "c"):
        throttle.admit(NOBODY, source)

    throttle.admit(NOBODY, "a")
    with pytest.raises(TooMany):
        throttle.admit(NOBODY, "c")


async def test_an_operation_costs_what_it_declares(service: Service) -> None:
    """A search takes its cost from what is left, refused or not; a look takes one."""
    client = await a_client(service, "sales")
    body = {"filter": {"field": "tier", "value": "A"}}
    answers = [
        await client.get("/v1/customers?limit=1"),
        await client.post("/v1/customers/search", json=body),
        await client.post("/v1/customers/search", json={"odd": 1}),
        await client.get("/v1/customers?limit=1"),
    ]

    left = [int(answer.headers["ratelimit-remaining"]) for answer in answers]
    assert [one - other for one, other in pairwise(left)] == [5, 5, 1]


def test_the_document_tells_costs() -> None:
    """Every operation says what it counts as; those that cost more say so in words, too."""
    document = FastAPI()
    document.router.routes.extend(all_routes())
    operations = [one for path in describe(document)["paths"].values() for one in path.values()]

    costs = {one["operationId"]: one["x-cost"] for one in operations}
    dear = {one["operationId"] for one in operations if "Counts as" in one["description"]}
    assert (costs["get_customer"], costs["batch_customers"]) == (1, 50)
    assert {name for name, cost in costs.items() if cost > 1} == dear


async def test_health_is_never_throttled(new_database: NewDatabase, settings: Settings) -> None:
    """Guesses of tokens and of passwords are, with headers that say so."""
    limits = LimitSettings(unknown_per_minute=3)
    urls = await new_database()
    strict = settings.model_copy(update={"limits": limits})
    async with running_service(strict, urls.app, urls.owner) as service:
        client = service.anonymous()
        guesses = [
            await client.get("/v1/me", headers={"Authorization": "Bearer x"}) for _ in range(5)
        ]
        signing_in = await client.post("/v1/auth/token", data={"grant_type": "password"})
        health = await client.get("/health/live")

    assert [guess.status_code for guess in guesses] == [401, 401, 401, 429, 429]
    assert (signing_in.status_code, health.status_code) == (429, 200)
    assert signing_in.headers["retry-after"]
    assert signing_in.headers["ratelimit-remaining"] == "0"
