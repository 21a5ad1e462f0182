"""Passwords: argon2id behind this one wrapper of passlib, off the event loop and bounded."""

import asyncio
import os
import secrets
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from passlib.hash import argon2

from app.core.problems import NotNow

# One of the settings of argon2id that OWASP's cheat sheet on storing passwords takes for equally
# strong, and of those the cheapest here, as it fits into the caches: 15 ms of one core (19 MiB and
# 2 rounds: 20 ms). The C library keeps the memory for the next hash.
MEMORY_KIB: Final = 7_168
ROUNDS: Final = 5
LEAST_MEMORY_KIB: Final = 64
LONGEST: Final = 1024
ROOM: Final = 32
NICENESS: Final = 10
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """The rules for new passwords: the code of what is wrong with one, for a user of that name."""

    fault_of: Callable[[str, str], str | None]


class Passwords:
    """Digests and verifies passwords, one at a time; NotNow when too many wait."""

    def __init__(self) -> None:
        self._scheme = argon2.using(  # type: ignore[no-untyped-call]  # its stub has no types
            type="ID", memory_cost=MEMORY_KIB, time_cost=ROUNDS, parallelism=1
        )
        self._pool = ThreadPoolExecutor(
            max_workers=1, thread_name_prefix="passwords", initializer=_stand_back
        )
        self._waiting = 0
        # Stands in for a digest that there is not; what it is made of is known to nobody.
        self._nobodys = self._pool.submit(self._digest, secrets.token_urlsafe())

    async def verify(self, password: str, digest: str | None) -> bool:
        """Whether the password fits; without a digest it does not, after as long a time."""
        if not _is_usable(password):
            return False
        return await self._run(lambda: self._verify(password, digest or self._nobodys.result()))

    async def digest(self, password: str) -> str:
        """Return the digest to store; raises ValueError for one too long or no text at all."""
        if not _is_usable(password):
            raise ValueError("a password is text of 1 to 1024 characters")
        return await self._run(lambda: self._digest(password))

    def needs_upgrade(self, digest: str) -> bool:
        """Whether a digest was made with other parameters than today's."""
        return bool(self._scheme.needs_update(digest))

    def close(self) -> None:
        """Let go of the thread; what still waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= ROOM:
            raise NotNow
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def _verify(self, password: str, digest: str) -> bool:
        fits = bool(self._scheme.verify(_normal(password), digest))
        self._make_up(password, digest)
        return fits

    def _make_up(self, password: str, digest: str) -> None:
        """Spend what a digest of weaker parameters costs less, so that time tells nothing of it."""
        made = argon2.from_string(digest)
        spent = made.memory_cost * made.rounds
        missing = MEMORY_KIB * ROUNDS - spent
        if missing > 0:
            memory = max(missing // ROUNDS, LEAST_MEMORY_KIB)
            self._scheme.using(memory_cost=memory).hash(_normal(password))

    def _digest(self, password: str) -> str:
        return str(self._scheme.hash(_normal(password)))


def _stand_back() -> None:
    """Let those who read go first: on Linux, and there alone, a thread has its own niceness."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def generate_password() -> str:
    """Draw a password of 99 bits that can be read aloud: four groups of five, no look-alikes."""
    drawn = [secrets.choice(ALPHABET) for _ in range(20)]
    return "-".join("".join(drawn[start : start + 5]) for start in range(0, 20, 5))


def _normal(password: str) -> str:
    """Give the same characters the same bytes, whatever keyboard they came from (NFC)."""
    return unicodedata.normalize("NFC", password)


def _is_usable(password: str) -> bool:
    """Whether it is short enough to be hashed, and text that has bytes (no lone surrogates)."""
    if not 0 < len(password) <= LONGEST:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in password)
