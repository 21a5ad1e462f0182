"""The sign-in throttle: wrong attempts make further ones wait, and nobody locks the owner out."""

import ipaddress
import math
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.sealing import Sealing
from app.core.work import UnitOfWork
from app.features.identity.problems import TooManyAttempts
from app.features.identity.repository import AttemptRepository, ClientLogin, Login
from app.features.identity.repository.attempts import Counter

FREE: Final = 5
# Behind one address a whole office may mistype.
FREE_OF_SOURCE: Final = 30
LONGEST: Final = 900.0
# Where the account is at home, the owner is the likelier one to try again.
LONGEST_AT_HOME: Final = 60.0
NETWORK: Final = 64


class Gate:
    """Lets an attempt through, or makes it wait; knows which counters judge, and which count."""

    def __init__(
        self, work: UnitOfWork, judging: tuple[Counter, ...], counting: tuple[Counter, ...]
    ) -> None:
        self._attempts = AttemptRepository(work)
        self._judging = judging
        self._counting = counting
        self._has_failed = False

    async def admit(self) -> None:
        """Raise TooManyAttempts while the attempt has to wait."""
        until = await self._attempts.blocked_until(self._judging)
        self._has_failed = until is not None
        if until is not None and until > now():
            raise _wait(until)

    async def fail(self) -> None:
        """Count a failure; raises TooManyAttempts when others have used up what was free."""
        counted = {one.key: await self._attempts.count(one) for one in self._counting}
        if not all(counted[one.key] for one in self._judging):
            await self.admit()

    async def succeed(self, own: Counter) -> None:
        """Begin the account's own counter anew, if it has counted anything."""
        if self._has_failed and own in self._judging:
            await self._attempts.forget(own)


class SignInGate(Gate):
    """The gate of one name and one source.

    A source from which the account has signed in lately is judged on the wrong attempts made from
    there alone: what strangers try elsewhere, or on other names, does not keep the owner out.
    """

    def __init__(self, work: UnitOfWork, username: str, login: Login | ClientLogin | None) -> None:
        sealing, source = work.platform.sealing, network_of(work.line.source)
        account = _counter(sealing, "account", username, FREE, LONGEST)
        place = _counter(sealing, "source", source, FREE_OF_SOURCE, LONGEST)
        self._feigned = _counter(sealing, "feigned", username, FREE, LONGEST)
        self._own = _counter(sealing, "home", f"{username}\n{source}", FREE, LONGEST_AT_HOME)
        at_home = login is not None and login.is_familiar
        judging = (self._own,) if at_home else (account, place)
        super().__init__(work, judging, (*judging, place) if at_home else judging)

    async def feign(self) -> None:
        """Write as counting a try of a code does, for one that is nobody's."""
        await self._attempts.count(self._feigned)

    async def welcome(self) -> None:
        """Forget the wrong attempts that the owner has made at home."""
        await self.succeed(self._own)


def password_gate(work: UnitOfWork, user_id: UUID) -> Gate:
    """Return the gate of asking a signed-in user for the password once more."""
    counter = _counter(work.platform.sealing, "password", str(user_id), FREE, LONGEST)
    return Gate(work, (counter,), (counter,))


def network_of(source: str | None) -> str:
    """Return the address, or the network that one holder of IPv6 addresses has as a whole."""
    try:
        address = ipaddress.ip_address(source or "")
    except ValueError:
        return source or ""
    if address.version == 4:  # noqa: PLR2004 - the other version of the protocol
        return str(address)
    return str(ipaddress.ip_network((address, NETWORK), strict=False))


def _counter(sealing: Sealing, kind: str, value: str, free: int, longest: float) -> Counter:
    return Counter(sealing.blind(f"attempts {kind}", value), free, longest)


def _wait(until: datetime) -> TooManyAttempts:
    return TooManyAttempts(max(1, math.ceil((until - now()).total_seconds())))
