"""Passwords: argon2id, any characters, bounded in number and length."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from passlib.hash import argon2

from app.core.passwords import (
    ALPHABET,
    LONGEST,
    ROOM,
    Passwords,
    generate_password,
)
from app.core.problems import NotNow

OLDER = (
    "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$4HDuyH5Dd0TwKpSBMrG0p2WXEDjvDNYBgNnYOzg9vL8"
)


@pytest.fixture(scope="module")
async def passwords() -> AsyncIterator[Passwords]:
    """The checker of one process."""
    made = Passwords()
    yield made
    made.close()


@pytest.fixture(scope="module")
async def digest(passwords: Passwords) -> str:
    """A digest of the password `密码 pass wörd 🔑`."""
    return await passwords.digest("密码 pass wörd 🔑")


async def test_only_the_password_fits(passwords: Passwords, digest: str) -> None:
    """The password fits its digest, anything else does not."""
    assert await passwords.verify("密码 pass wörd 🔑", digest)
    assert not await passwords.verify("密码 pass wörd 🔒", digest)
    assert not await passwords.verify("密码 pass wörd 🔑 ", digest)


def test_digest_is_argon2id(digest: str) -> None:
    """The parameters are a minimum of OWASP's for argon2id: 7 MiB, 5 rounds, 1 lane."""
    assert digest.startswith("$argon2id$v=19$m=7168,t=5,p=1$")


async def test_same_password_never_has_the_same_digest(passwords: Passwords, digest: str) -> None:
    """Each digest has a salt of its own."""
    assert await passwords.digest("密码 pass wörd 🔑") != digest


async def test_spelling_of_a_character_does_not_matter(passwords: Passwords, digest: str) -> None:
    """An umlaut typed as one character or as two is the same password (NFC)."""
    assert await passwords.verify("密码 pass wo\u0308rd 🔑", digest)


async def test_width_of_a_character_matters(passwords: Passwords) -> None:
    """Characters that only look alike stay different: no compatibility folding."""
    stored = await passwords.digest("password 1")

    assert not await passwords.verify("password １", stored)


@pytest.mark.parametrize("length", [1, 15, 72, 73, 128, LONGEST])
async def test_whole_password_counts(passwords: Passwords, length: int) -> None:
    """A long password is not cut: its last character counts (bcrypt would stop at 72 bytes)."""
    password = "龙" * (length - 1)
    stored = await passwords.digest(password + "a")

    assert await passwords.verify(password + "a", stored)
    assert not await passwords.verify(password + "b", stored)


@pytest.mark.parametrize("password", ["with\x00nul", "\x00", "tab\tand\nline", "\u202e", " "])
async def test_any_character_may_stand_in_it(passwords: Passwords, password: str) -> None:
    """Control characters are characters like others, NUL too."""
    stored = await passwords.digest(password)

    assert await passwords.verify(password, stored)
    assert not await passwords.verify(password[:-1] + "x", stored)


@pytest.mark.parametrize("password", ["", "a" * (LONGEST + 1), "a" * 1_000_000, "lone \ud800"])
async def test_unusable_password_is_refused_unhashed(
    passwords: Passwords, digest: str, password: str
) -> None:
    """What is empty, endless or no text is refused before it costs anything."""
    started = time.process_time()
    assert not await passwords.verify(password, digest)
    assert not await passwords.verify(password, None)
    assert time.process_time() - started < 0.01

    with pytest.raises(ValueError, match="1 to 1024 characters"):
        await passwords.digest(password)


async def test_nobody_takes_as_long_as_somebody(passwords: Passwords, digest: str) -> None:
    """Without a digest nothing fits, after the time that a digest would have taken."""

    async def seconds(stored: str | None) -> float:
        started = time.process_time()  # of this process alone, whatever else the machine does
        assert not await passwords.verify("wrong", stored)
        return time.process_time() - started

    pairs = [(await seconds(digest), await seconds(None)) for _ in range(9)]

    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.7 < unknown / known < 1.4


async def test_queue_is_bounded(passwords: Passwords, digest: str) -> None:
    """More sign-ins at once than can be served in time are told to come again."""
    tries = [asyncio.create_task(passwords.verify("wrong", digest)) for _ in range(ROOM)]
    await asyncio.sleep(0)

    with pytest.raises(NotNow):
        await passwords.verify("wrong", digest)

    for waiting in tries[1:]:
        waiting.cancel()
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes[0] is False
    assert not await passwords.verify("wrong", digest)


async def test_loop_goes_on_meanwhile(passwords: Passwords, digest: str) -> None:
    """Hashing holds up no other request."""
    checking = asyncio.create_task(passwords.verify("wrong", digest))
    turns = 0
    while not checking.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns >= 5


def test_weaker_digest_needs_an_upgrade(passwords: Passwords, digest: str) -> None:
    """A digest of former parameters is told from one of today's."""
    assert passwords.needs_upgrade(OLDER)
    assert not passwords.needs_upgrade(digest)


@pytest.mark.parametrize(("memory", "rounds"), [(1024, 1), (8192, 2), (7168, 4)])
async def test_weaker_digest_costs_as_much(
    passwords: Passwords, digest: str, memory: int, rounds: int
) -> None:
    """A digest of former, weaker parameters takes as much work to check as one of today's."""
    older = argon2.using(type="ID", memory_cost=memory, time_cost=rounds, parallelism=1).hash("x")  # type: ignore[no-untyped-call]  # its stub has no types

    costs: dict[str, list[float]] = {older: [], digest: []}
    for stored, cost in [*costs.items()] * 9:
        before = time.process_time()
        assert not await passwords.verify("y", stored)
        cost.append(time.process_time() - before)

    assert 0.7 < statistics.median(costs[older]) / statistics.median(costs[digest]) < 1.4


def test_generated_passwords_are_long_and_plain() -> None:
    """A generated password has 20 characters that nobody mistakes, never the same."""
    drawn = {generate_password() for _ in range(100)}

    assert len(drawn) == 100
    assert {len(password) for password in drawn} == {23}
    assert set("".join(drawn)) <= {*ALPHABET, "-"}
    assert not set(ALPHABET) & set("0O1lIo")


async def test_nothing_is_verified_after_the_end() -> None:
    """A closed checker takes no more work."""
    closed = Passwords()
    closed.close()

    with pytest.raises(RuntimeError):
        await closed.verify("wrong", None)
