"""Keeping second factors: adding an app, confirming, removing, recovery codes, and the reset."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.freshness import require_fresh_factor
from app.core.problems import NotFound, NotPermitted
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.features.factors.letters import FACTORS_RESET
from app.features.factors.models import FactorKind
from app.features.factors.problems import (
    CodeWrong,
    FactorConfirmed,
    LastFactor,
    NoFactor,
    OwnFactors,
    TooManyFactors,
)
from app.features.factors.recovery import code_digest, new_codes
from app.features.factors.repository import (
    Factor,
    FactorChanges,
    FactorRepository,
    confirmed,
)
from app.features.factors.rules import FactorRules
from app.features.factors.schemas import Confirmation, NewApp
from app.features.factors.seeds import open_seed, seal_seed
from app.features.factors.sessions import OpenSessions
from app.features.factors.totp import address_of, counter_of, new_seed
from app.features.staff.service import tell_colleague

MOST: Final = 10
PATH: Final = "/v1/me/factors"
SHOWN: Final = ("factor_id", "kind", "label", "created_at", "confirmed_at", "last_used_at")


class FactorKeeper:
    """What adding any kind of factor has in common; other systems have none."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._factors = FactorRepository(work)
        self._sealing = work.platform.sealing
        self._rules: FactorRules = work.platform.tools[FactorRules]

    @property
    def _own_id(self) -> UUID:
        actor = self._work.actor
        if actor.kind is not ActorKind.PERSON or actor.actor_id is None:
            raise NotPermitted
        return actor.actor_id

    @asynccontextmanager
    async def _changing(self, user_id: UUID) -> AsyncIterator[FactorChanges]:
        """Change a user's factors; sessions that end with them open nothing from then on."""
        async with self._factors.changing(user_id) as rows:
            yield rows
        if rows.ended:
            self._sessions.let_go(rows.ended)

    async def _end_others(self, rows: FactorChanges) -> None:
        """End the user's other sessions, which may be somebody else's."""
        await rows.end_sessions(self._work, self._sessions)

    @property
    def _sessions(self) -> OpenSessions:
        sessions: OpenSessions = self._work.platform.tools[OpenSessions]
        return sessions

    def _require_room(self, held: list[Factor]) -> None:
        """Let somebody add a factor: the first at once, another only with a fresh one."""
        if confirmed(held):
            require_fresh_factor(self._work.actor)
        if len(confirmed(held)) >= MOST:
            raise TooManyFactors

    async def _first_codes(self, rows: FactorChanges, held: list[Factor]) -> list[str] | None:
        """Draw recovery codes with the first factor; sessions opened without one end."""
        if confirmed(held):
            return None
        await self._end_others(rows)
        return await self._new_codes(rows)

    async def _new_codes(self, rows: FactorChanges) -> list[str]:
        codes, user_id = new_codes(), self._own_id
        self._work.line.changed["recovery_codes"] = None
        await rows.replace_codes([code_digest(self._sealing, user_id, code) for code in codes])
        return codes

    def _note(self, factor: Factor) -> None:
        self._work.line.detail["factor"] = {"id": str(factor.factor_id), "kind": factor.kind}


class FactorService(FactorKeeper):
    """What somebody does with their own factors, and an administrator with another's."""

    async def mine(self) -> Listed:
        """List the own factors, oldest first, with the number of recovery codes left."""
        items = [view_of(factor) for factor in await self._factors.of(self._own_id)]
        return Listed(items, extra={"recovery_codes_left": await self._left()})

    async def add_app(self, new: NewApp) -> Shown:
        """Make a seed for an app, in the place of one that was never confirmed."""
        user_id, factor_id, seed = self._own_id, new_id(), new_seed()
        secret = seal_seed(self._sealing, factor_id, seed)
        factor = Factor(
            user_id=user_id,
            factor_id=factor_id,
            kind=FactorKind.TOTP,
            label=new.label,
            secret=secret,
            created_at=now(),
        )
        async with self._changing(user_id) as rows:
            held = await rows.all()
            self._require_room(held)
            for waiting in [one for one in held if not one.is_confirmed]:
                await rows.remove(waiting)
            await rows.put(factor)
            self._note(factor)
        return Shown(self._told(factor, seed), tagged=False, location=f"{PATH}/{factor_id}")

    async def add_first_app(self) -> Shown:
        """Make a seed for somebody who may not sign in without a factor."""
        return await self.add_app(NewApp())

    async def confirm_first(self, factor_id: UUID, code: str) -> Shown:
        """Let that app count; raises as `confirm` does."""
        return await self.confirm(factor_id, Confirmation(code=code))

    async def confirm(self, factor_id: UUID, sent: Confirmation) -> Shown:
        """Let a new app count once it shows the right code; raises NotFound, CodeWrong."""
        user_id = self._own_id
        async with self._changing(user_id) as rows:
            held = await rows.all()
            factor = _named(held, factor_id)
            if factor.is_confirmed:
                raise FactorConfirmed
            self._require_room(held)
            seed = open_seed(self._sealing, factor_id, factor.secret)
            counter = counter_of(seed, sent.code, now())
            if counter is None:
                raise CodeWrong
            await rows.confirm(factor, counter)
            codes = await self._first_codes(rows, held)
            shown = view_of(_named(await rows.all(), factor_id))
            self._note(factor)
        return Shown({"factor": shown, "recovery_codes": codes}, tagged=False)

    async def renew_codes(self) -> Shown:
        """Draw a new set of recovery codes; the old ones are void. Needs a fresh factor."""
        user_id = self._own_id
        require_fresh_factor(self._work.actor)
        async with self._changing(user_id) as rows:
            if not confirmed(await rows.all()):
                raise NoFactor
            codes = await self._new_codes(rows)
        return Shown({"recovery_codes": codes}, tagged=False)

    async def remove(self, factor_id: UUID) -> Nothing:
        """Remove an own factor; one that counts needs a fresh one, the last may be needed."""
        user_id = self._own_id
        async with self._changing(user_id) as rows:
            held = await rows.all()
            factor = _named(held, factor_id)
            self._note(factor)
            if not factor.is_confirmed:
                await rows.remove(factor)
            elif confirmed(held) != [factor]:
                require_fresh_factor(self._work.actor)
                await rows.remove(factor)
                await self._end_others(rows)
            else:
                await self._remove_last(rows)
        return Nothing()

    async def reset(self, user_id: UUID) -> Nothing:
        """Take all factors and recovery codes from another user; raises NotFound, OwnFactors."""
        if user_id == self._own_id:
            raise OwnFactors
        if not await self._factors.is_user(user_id):
            raise NotFound
        self._work.line.changed["recovery_codes"] = None
        self._work.line.detail["user"] = str(user_id)
        async with self._work.pinned(), self._changing(user_id) as rows:
            await rows.remove_all()
            await self._end_others(rows)
            await tell_colleague(self._work, user_id, FACTORS_RESET)
        return Nothing()

    async def has_any(self, user_id: UUID) -> bool:
        """Whether a user has a factor or recovery codes, of use or not."""
        held = await self._factors.of(user_id)
        return bool(held) or await self._factors.codes_left(user_id) > 0

    async def take_from_leaver(self, user_id: UUID) -> None:
        """Take all factors and recovery codes from an account that has ended."""
        self._work.line.changed["recovery_codes"] = None
        self._work.line.detail["user"] = str(user_id)
        async with self._changing(user_id) as rows:
            await rows.remove_all()

    async def _remove_last(self, rows: FactorChanges) -> None:
        """Leave the user with a password alone: recovery codes and an unconfirmed app go, too."""
        require_fresh_factor(self._work.actor)
        if self._rules.demand(self._work.actor.roles, self._work.actor.scopes):
            raise LastFactor
        self._work.line.changed["recovery_codes"] = None
        await rows.remove_all()
        await self._end_others(rows)

    async def _left(self) -> int:
        return await self._factors.codes_left(self._own_id)

    def _told(self, factor: Factor, seed: str) -> dict[str, Any]:
        username = self._work.actor.username
        return {
            "factor_id": factor.factor_id,
            "label": factor.label,
            "secret": seed,
            "otpauth_uri": address_of(seed, username, self._rules.issuer),
        }


def view_of(factor: Factor) -> dict[str, Any]:
    """Show a factor, without what it proves itself by."""
    return {name: getattr(factor, name) for name in SHOWN}


def _named(held: list[Factor], factor_id: UUID) -> Factor:
    """Return the factor of this id; raises NotFound, also for another user's."""
    found = next((one for one in held if one.factor_id == factor_id), None)
    if found is None:
        raise NotFound
    return found
