"""Refreshing: each token good once, a second use ends the session, and so do the limits."""

import asyncio
import base64
import os
from collections import Counter
from datetime import timedelta

import asyncpg
import pytest

from app.core.clock import now
from app.features.identity.repository import sessions as module
from tests.features.identity.signing_in import SignedIn, bearing, refreshed, signed_in
from tests.features.staff.builders import Colleague, a_colleague, change
from tests.service import Service


@pytest.fixture
async def seller(service: Service, digest: str) -> Colleague:
    """A sales user of this test's own."""
    return await a_colleague(service.owner_url, digest=digest)


async def refresh(service: Service, one: SignedIn) -> SignedIn:
    """Go on with the next token."""
    return bearing(service, await refreshed(service, one.members["refresh_token"]))


async def test_refreshing_goes_on(service: Service, seller: Colleague) -> None:
    """A refresh token is exchanged for new tokens of the same session, on record."""
    one = await signed_in(service, seller.username)
    answer = await refreshed(service, one.members["refresh_token"])

    other = bearing(service, answer)
    (line,) = await service.lines_of(answer)
    assert other.session_id == one.session_id
    assert other.members["refresh_token"] != one.members["refresh_token"]
    assert other.claims["jti"] != one.claims["jti"]
    assert (await one.is_in(), await other.is_in()) == (True, True)
    assert (line["actor_id"], line["session"]) == (seller.user_id, one.session_id)


async def test_second_use_ends_the_session(service: Service, seller: Colleague) -> None:
    """Whoever shows a used token ends the session for the thief and the robbed alike."""
    one = await signed_in(service, seller.username)
    latest = await refresh(service, await refresh(service, one))

    reused = await refreshed(service, one.members["refresh_token"])

    lines = await service.lines_of(reused)
    assert (reused.status_code, reused.json()["error"]) == (401, "invalid_grant")
    assert not await latest.is_in()
    assert (await refreshed(service, latest.members["refresh_token"])).status_code == 401
    assert [line["status"] for line in lines] == [401, 401]
    assert all('"session_end":"reuse"' in line["detail"] for line in lines)


async def test_of_twenty_at_once_one_wins(service: Service, seller: Colleague) -> None:
    """A token used twenty times at once yields one answer, and its session is over."""
    one = await signed_in(service, seller.username)

    answers = await asyncio.gather(
        *(refreshed(service, one.members["refresh_token"]) for _ in range(20))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 19}
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert not await bearing(service, winner).is_in()
    assert (await refreshed(service, winner.json()["refresh_token"])).status_code == 401


@pytest.mark.parametrize(
    "token", ["x", "é" * 64, "=" * 64, "A" * 63 + "=", "A" * 63, "A" * 64, "A" * 5000]
)
async def test_what_is_no_token_is_refused(service: Service, token: str) -> None:
    """Anything that we did not issue gets one answer."""
    answer = await refreshed(service, token)

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/session-over")


async def test_guess_at_a_session_does_not_end_it(service: Service, seller: Colleague) -> None:
    """Who knows a session's id but no token of it can neither use nor end it."""
    one = await signed_in(service, seller.username)
    octets = base64.urlsafe_b64decode(one.members["refresh_token"])
    guess = base64.urlsafe_b64encode(octets[:16] + os.urandom(32)).decode()

    assert (await refreshed(service, guess)).status_code == 401
    assert await (await refresh(service, one)).is_in()


@pytest.mark.parametrize(
    ("steps", "status"),
    [([timedelta(hours=11)] * 3, 200), ([timedelta(hours=12, seconds=1)], 401)],
)
async def test_idle_sessions_end(
    service: Service,
    seller: Colleague,
    monkeypatch: pytest.MonkeyPatch,
    steps: list[timedelta],
    status: int,
) -> None:
    """A session goes on as long as it is refreshed within twelve hours."""
    token = (await signed_in(service, seller.username)).members["refresh_token"]
    passed = timedelta()
    statuses = []
    for step in steps:
        passed += step
        monkeypatch.setattr(module, "now", lambda passed=passed: now() + passed)
        answer = await refreshed(service, token)
        token = answer.json().get("refresh_token", "")
        statuses.append(answer.status_code)

    assert statuses == [status] * len(steps)


async def test_no_session_lasts_for_ever(
    service: Service, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thirty days a session is over, however often it was refreshed."""
    token = (await signed_in(service, seller.username)).members["refresh_token"]
    statuses = []
    for hours in range(10, 740, 10):
        monkeypatch.setattr(module, "now", lambda hours=hours: now() + timedelta(hours=hours))
        answer = await refreshed(service, token)
        token = answer.json().get("refresh_token", token)
        statuses.append(answer.status_code)

    assert statuses == [200] * 71 + [401] * 2


async def test_who_is_suspended_cannot_refresh(service: Service, seller: Colleague) -> None:
    """A suspended user's session ends at the attempt, and does not come back with the user."""
    one = await signed_in(service, seller.username)
    sql = "update users set status = $2 where user_id = $1"
    await change(service.owner_url, sql, seller.user_id, "suspended")
    suspended = await refreshed(service, one.members["refresh_token"])
    await change(service.owner_url, sql, seller.user_id, "active")

    again = await refreshed(service, one.members["refresh_token"])

    assert (suspended.status_code, again.status_code) == (401, 401)
    assert suspended.json()["type"] == again.json()["type"] == "/problems/session-over"


async def test_refreshing_takes_the_roles_of_now(service: Service, seller: Colleague) -> None:
    """With another role, the next token bears the new rights."""
    one = await signed_in(service, seller.username)
    sql = "update users set roles = '{marketing}' where user_id = $1"
    await change(service.owner_url, sql, seller.user_id)

    other = await refresh(service, one)

    assert "classes:read" in other.members["scope"].split()
    assert "contact:write" not in other.members["scope"].split()
    assert await other.is_in()


async def test_tokens_are_stored_as_digests(service: Service, seller: Colleague) -> None:
    """Neither the database nor the audit holds anything that could be used as a token."""
    one = await signed_in(service, seller.username)
    answer = await refreshed(service, one.members["refresh_token"])
    secret = base64.urlsafe_b64decode(one.members["refresh_token"])[16:]

    owner = await asyncpg.connect(service.owner_url)
    rows = await owner.fetch("select * from refresh_tokens")
    await owner.close()

    assert secret not in {row["digest"] for row in rows}
    assert {len(row["digest"]) for row in rows} == {32}
    (line,) = await service.lines_of(answer)
    assert not any(answer.json()[name] in str(line) for name in ("access_token", "refresh_token"))
