"""Asking for a second factor: whoever has one signs in with the password and a proof of it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.access import ActorKind
from app.core.work import UnitOfWork
from app.features.factors.challenges import Purpose, make_challenge
from app.features.factors.problems import FactorRefused
from app.features.factors.rules import FactorRules
from app.features.factors.service import Method, SecondFactors
from app.features.identity.grants import Grant, GrantType
from app.features.identity.problems import FactorEnrolmentNeeded, SecondFactorNeeded
from app.features.staff.directory import StaffDirectory

# The order in which a page offers them, by the names that it knows them by.
OFFERED: Final = {
    Method.OTP: "otp",
    Method.RECOVERY_CODE: "recovery_code",
    Method.ASSERTION: "passkey",
}
# A refusal has 4 KiB at most: of passkeys with very long ids, the first ones are named.
LARGEST: Final = 2048
NAMED: Final = "allowCredentials"


class AskedFactors:
    """The second factors of `factors`, as the desk asks for them."""

    def __init__(self, directory: StaffDirectory) -> None:
        self._directory = directory

    async def prove(self, work: UnitOfWork, user_id: UUID, grant: Grant) -> datetime | None:
        """Return when a factor was proven; raises SecondFactorNeeded, or FactorRefused."""
        factors = SecondFactors(work)
        if not await factors.methods(user_id):
            await self._require_none(work, user_id)
            return None
        if grant.proof is not None:
            return await factors.verify(user_id, grant.proof)
        if grant.type is not GrantType.PASSWORD:
            raise FactorRefused
        raise await needed(work, user_id, make_challenge(work.platform.sealing, user_id))

    async def feign(self, work: UnitOfWork, grant: Grant) -> None:
        """Ask what proving asks, of a user whom there is not."""
        if grant.proof is not None:
            await SecondFactors(work).feign(grant.proof)

    async def _require_none(self, work: UnitOfWork, user_id: UUID) -> None:
        """Raise FactorEnrolmentNeeded for a person whose roles demand a factor."""
        rules: FactorRules = work.platform.tools[FactorRules]
        if not rules.compulsory_for:
            return
        await self._directory.refresh()
        staff = self._directory.staff
        user = staff.users.get(user_id)
        if user is None or not user.is_active or user.kind is not ActorKind.PERSON:
            return
        if rules.demand(user.roles, staff.scopes_of(user)):
            work.line.detail["user"] = str(user_id)
            sealing = work.platform.sealing
            raise FactorEnrolmentNeeded(make_challenge(sealing, user_id, Purpose.ENROLMENT))

    async def has_one(self, work: UnitOfWork, user_id: UUID) -> bool:
        """Whether the user has a confirmed factor."""
        return bool(await SecondFactors(work).methods(user_id))


async def needed(
    work: UnitOfWork, user_id: UUID, challenge: str | None = None
) -> SecondFactorNeeded:
    """Return the problem that says how the user may prove a factor; notes who was asked."""
    factors = SecondFactors(work)
    methods = await factors.methods(user_id)
    work.line.detail["user"] = str(user_id)
    passkey = None
    if Method.ASSERTION.value in methods:
        passkey = fitting(await factors.challenge(user_id))
    offered = [name for method, name in OFFERED.items() if method.value in methods]
    return SecondFactorNeeded(challenge, offered, passkey)


def fitting(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of passkeys with as many of them named as there is room for."""
    named = [*options.get(NAMED, ())]
    while len(named) > 1 and len(orjson.dumps({**options, NAMED: named})) > LARGEST:
        named.pop()
    return {**options, NAMED: named}
