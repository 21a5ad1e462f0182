"""Timing of sign-in: how long a refusal takes does not tell whether there is such a user."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.features.factors import repository as factors
from app.features.identity.service import throttle
from app.features.staff.models import UserStatus
from tests.features.identity.proving import a_holder
from tests.features.identity.signing_in import form_of, sent
from tests.features.identity.test_second_step import OFF
from tests.features.identity.test_signing_in import WEAK
from tests.features.staff.builders import a_colleague, a_digest, change
from tests.service import Service

SAMPLES = 40
# The promise is 0.60 on a quiet machine; tests share theirs.
WIDE = 0.25


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how often the first takes longer than the second: one half tells nothing."""
    pairs = [(a > b) + (a == b) / 2 for a in one for b in other]
    return sum(pairs) / len(pairs)


async def seconds(service: Service, name: str, **proof: str) -> float:
    """Measure one refusal."""
    return await refused_in(service, form_of(name, "not the password") | proof)


async def refused_in(service: Service, form: dict[str, str]) -> float:
    """Measure the refusal of a form."""
    began = time.perf_counter()
    answer = await sent(service, form, "203.0.113.77")
    assert answer.status_code == 401
    return time.perf_counter() - began


async def test_refusals_take_the_same_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, suspended, unknown, and known with a weaker digest of former years: all alike."""
    monkeypatch.setattr(throttle, "FREE", 10_000)
    monkeypatch.setattr(throttle, "FREE_OF_SOURCE", 10_000)
    url = service.owner_url
    names = {
        "known": (await a_colleague(url)).username,
        "suspended": (await a_colleague(url, status=UserStatus.SUSPENDED)).username,
        "weak": (await a_colleague(url, digest=WEAK)).username,
        "unknown": "nobody whom anybody knows",
    }
    taken: dict[str, list[float]] = {kind: [] for kind in names}
    for _ in range(SAMPLES):
        for kind, name in names.items():
            taken[kind].append(await seconds(service, name))
            await asyncio.sleep(0)

    told = {kind: auc(taken[kind], taken["unknown"]) for kind in names}

    assert all(0.5 - WIDE < value < 0.5 + WIDE for value in told.values()), told


async def test_refusals_with_a_factor_take_the_same_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is such a user, and whether they have a factor, shows in no time either."""
    monkeypatch.setattr(throttle, "FREE", 10_000)
    monkeypatch.setattr(throttle, "FREE_OF_SOURCE", 10_000)
    holder = await a_holder(service, await a_digest())
    names = {
        "with": holder.colleague.username,
        "without": (await a_colleague(service.owner_url)).username,
        "unknown": "nobody whom anybody knows",
    }
    taken: dict[str, list[float]] = {kind: [] for kind in names}
    for _ in range(SAMPLES):
        for kind, name in names.items():
            taken[kind].append(await seconds(service, name, otp="000000"))

    told = {kind: auc(taken[kind], taken["unknown"]) for kind in names}

    assert all(0.5 - WIDE < value < 0.5 + WIDE for value in told.values()), told


async def test_refusals_of_the_second_step_take_the_same_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong code, what is no challenge, and the right code of a suspended user: all alike."""
    monkeypatch.setattr(throttle, "FREE", 10_000)
    monkeypatch.setattr(throttle, "FREE_OF_SOURCE", 10_000)
    many = replace(factors.TRY, fixed={**factors.TRY.fixed, "free": 10_000})
    monkeypatch.setattr(factors, "TRY", many)
    holder, gone = [await a_holder(service, await a_digest()) for _ in range(2)]
    forms = {
        "wrong": (await holder.challenge(), "000000"),
        "unknown": ("no challenge", holder.code()),
        "suspended": (await gone.challenge(), gone.code()),
    }
    await change(service.owner_url, OFF, gone.colleague.user_id)
    taken: dict[str, list[float]] = {kind: [] for kind in forms}
    for _ in range(SAMPLES):
        for kind, (challenge, code) in forms.items():
            form = {"grant_type": "mfa", "challenge": challenge, "otp": code}
            taken[kind].append(await refused_in(service, form))

    told = {kind: auc(taken[kind], taken["unknown"]) for kind in forms}

    assert all(0.5 - WIDE < value < 0.5 + WIDE for value in told.values()), told


def test_measure_tells_what_differs() -> None:
    """The measure finds a difference where there is one."""
    assert auc([2.0, 3.0], [1.0, 1.5]) == 1.0
    assert auc([1.0, 2.0], [1.0, 2.0]) == 0.5
