"""The desk: what a process has once for signing in, and where second factors are plugged in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from app.core.passwords import Passwords
from app.core.tokens import Tokens
from app.core.work import UnitOfWork
from app.features.identity.grants import Grant
from app.features.staff.directory import StaffDirectory


class Factors(Protocol):
    """What stands between a password that fits and a session that opens."""

    async def prove(self, work: UnitOfWork, user_id: UUID, grant: Grant) -> datetime | None:
        """Return when a second factor was proven, None for a user who has none.

        Raises the problem that asks for one, or refuses it.
        """

    async def feign(self, work: UnitOfWork, grant: Grant) -> None:
        """Take the time of a wrong factor where nobody's is asked for."""

    async def has_one(self, work: UnitOfWork, user_id: UUID) -> bool:
        """Whether the user has a confirmed second factor."""


class NoFactors:
    """As long as there are no second factors, nobody is asked for one."""

    async def prove(self, _work: UnitOfWork, _user_id: UUID, _grant: Grant) -> datetime | None:
        """Ask for nothing."""
        return None

    async def feign(self, _work: UnitOfWork, _grant: Grant) -> None:
        """Take no time."""

    async def has_one(self, _work: UnitOfWork, _user_id: UUID) -> bool:
        """Nobody has one."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a process has once for signing in: the staff, the signer, the checkers, the limits."""

    directory: StaffDirectory
    tokens: Tokens
    passwords: Passwords
    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=30)
    factors: Factors = field(default_factory=NoFactors)
    address: str = ""
