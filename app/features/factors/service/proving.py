"""Proving a second factor: each proof serves once, and guesses become slow.

Signing in and stepping up call this; it knows nothing of HTTP. Only the codes of an app can be
guessed, so only they are delayed: whoever is being attacked gets in by passkey or recovery code.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.work import UnitOfWork
from app.features.factors import passkeys
from app.features.factors.challenges import Purpose, bytes_of, make_challenge, read_challenge
from app.features.factors.letters import RECOVERY_CODE_USED
from app.features.factors.models import FactorKind
from app.features.factors.passkeys import CeremonyFailed, Known
from app.features.factors.problems import FactorRefused, NoFactor, TooManyTries
from app.features.factors.recovery import code_digest
from app.features.factors.repository import Factor, FactorRepository, confirmed
from app.features.factors.rules import FactorRules
from app.features.factors.seeds import open_seed, seal_seed
from app.features.factors.totp import counter_of, new_seed
from app.features.staff.service import tell_colleague

SEED_OF_NOBODY: Final = new_seed()


class Method(StrEnum):
    """How a second factor is proven, by the name of the member that carries the proof."""

    OTP = "otp"
    RECOVERY_CODE = "recovery_code"
    ASSERTION = "assertion"


@dataclass(frozen=True, slots=True, repr=False)
class FactorProof:
    """A proof: the code of an app, a recovery code, or what a passkey signed."""

    method: Method
    value: str | Mapping[str, Any]


class SecondFactors:
    """The second factors of any user, as signing in sees them."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._factors = FactorRepository(work)
        self._sealing = work.platform.sealing

    async def methods(self, user_id: UUID) -> list[str]:
        """Return how the user may prove a factor; none when there is no confirmed one."""
        kinds = {factor.kind for factor in confirmed(await self._factors.of(user_id))}
        found = [Method.OTP] if FactorKind.TOTP in kinds else []
        found += [Method.ASSERTION] if FactorKind.PASSKEY in kinds else []
        if found and await self._factors.codes_left(user_id):
            found.append(Method.RECOVERY_CODE)
        return [method.value for method in found]

    async def challenge(self, user_id: UUID) -> dict[str, Any]:
        """Return what a page passes to the user's passkeys; raises NoFactor without any."""
        held = await self._passkeys(user_id)
        if not held:
            raise NoFactor
        challenge = make_challenge(self._sealing, user_id, Purpose.PASSKEY)
        return passkeys.request_options(self._rules, challenge, held)

    async def verify(self, user_id: UUID, proof: FactorProof) -> datetime:
        """Use a proof up and return the moment; raises FactorRefused, or TooManyTries.

        Not within a transaction of the request: what is used up stays so, whatever follows.
        """
        self._work.line.detail["factor"] = proof.method.value
        if isinstance(proof.value, Mapping):
            await self._by_passkey(user_id, proof.value)
        elif proof.method is Method.OTP:
            await self._by_code(user_id, proof.value)
        elif proof.method is Method.RECOVERY_CODE:
            await self._by_recovery_code(user_id, proof.value)
        else:
            raise FactorRefused
        return now()

    async def feign(self, proof: FactorProof) -> None:
        """Ask what a wrong proof asks, for a user whom there is not; only a try is not counted."""
        nobody = new_id()
        await self.methods(nobody)
        await self._factors.codes_left(nobody)
        await self._factors.of(nobody)
        if proof.method is Method.RECOVERY_CODE:
            async with self._work.pinned():
                await self._factors.use_code(nobody, code_digest(self._sealing, nobody, ""))
        elif proof.method is Method.OTP:
            sealed = seal_seed(self._sealing, nobody, SEED_OF_NOBODY)
            counter_of(open_seed(self._sealing, nobody, sealed), str(proof.value), now())

    async def spend(self, challenge: str) -> None:
        """Use a challenge of ours up; raises FactorRefused when it was, however it is spelled."""
        if not await self._factors.spend(_digest(challenge)):
            raise FactorRefused

    async def is_spent(self, challenge: str) -> bool:
        """Whether a challenge of ours was used up."""
        return await self._factors.is_spent(_digest(challenge))

    async def _by_code(self, user_id: UUID, code: str) -> None:
        apps = confirmed(await self._factors.of(user_id), FactorKind.TOTP)
        if wait := await self._factors.claim_try(user_id):
            raise TooManyTries(wait)
        for app in apps:
            counter = counter_of(open_seed(self._sealing, app.factor_id, app.secret), code, now())
            if counter is not None and await self._factors.use(app, counter):
                await self._factors.forgive(user_id)
                return
        raise FactorRefused

    async def _by_recovery_code(self, user_id: UUID, code: str) -> None:
        if not confirmed(await self._factors.of(user_id)):
            raise FactorRefused
        digest = code_digest(self._sealing, user_id, code)
        async with self._work.pinned():
            if not await self._factors.use_code(user_id, digest):
                raise FactorRefused
            await tell_colleague(self._work, user_id, RECOVERY_CODE_USED)
        await self._factors.forgive(user_id)

    async def _by_passkey(self, user_id: UUID, credential: Mapping[str, Any]) -> None:
        held = await self._passkeys(user_id)
        passkey = held.get(passkeys.credential_id_in(credential))
        if passkey is None:
            raise FactorRefused
        try:
            challenge = passkeys.challenge_in(credential)
            self._require_own(challenge, user_id)
            known = Known(passkey.secret, passkey.last_counter)
            count = passkeys.asserted(self._rules, dict(credential), challenge, known)
        except CeremonyFailed:
            raise FactorRefused from None
        await self._use_up(challenge, passkey, count)

    def _require_own(self, challenge: str, user_id: UUID) -> None:
        if read_challenge(self._sealing, challenge, Purpose.PASSKEY).user_id != user_id:
            raise FactorRefused

    async def _use_up(self, challenge: str, passkey: Factor, count: int) -> None:
        is_first = await self._factors.spend(hashlib.sha256(challenge.encode()).digest())
        if not is_first or not await self._factors.use(passkey, count):
            raise FactorRefused
        await self._factors.forgive(passkey.user_id)

    async def _passkeys(self, user_id: UUID) -> dict[bytes, Factor]:
        found = confirmed(await self._factors.of(user_id), FactorKind.PASSKEY)
        return {one.credential_id: one for one in found if one.credential_id is not None}

    @property
    def _rules(self) -> FactorRules:
        rules: FactorRules = self._work.platform.tools[FactorRules]
        return rules


def _digest(challenge: str) -> bytes:
    return hashlib.sha256(bytes_of(challenge)).digest()
