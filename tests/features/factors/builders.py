"""Users with second factors for tests."""

import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.core.access import ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id, now
from app.core.work import Platform, UnitOfWork
from app.features.factors.rules import FactorRules
from app.features.factors.schemas import Confirmation, NewApp, NewPasskey
from app.features.factors.service import FactorProof, FactorService, Method, PasskeyService
from app.features.factors.totp import STEP, code_at
from tests.features.factors.authenticator import Authenticator
from tests.features.staff.builders import a_colleague

RULES = FactorRules(
    issuer="CIMS",
    site="cims.example",
    origins=("https://cims.example",),
    compulsory_for=frozenset({"careful"}),
)


class NoSessions:
    """Nobody has signed in."""

    async def end_others(self, _work: UnitOfWork, _connection: Any, _user_id: UUID) -> set[UUID]:
        """End nothing."""
        return set()

    def let_go(self, _sessions: AbstractSet[UUID]) -> None:
        """Keep nobody out."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may have second factors."""

    platform: Platform
    user_id: UUID
    roles: tuple[str, ...] = ()

    def work(self, *, fresh: bool = False) -> UnitOfWork:
        """Open a unit of work; a fresh one has shown a factor just now."""
        actor = an_actor(
            ActorKind.PERSON, self.user_id, username="lin", roles=self.roles, scopes=["self:read"]
        )
        actor = replace(actor, factor_at=now() if fresh else None)
        return UnitOfWork(self.platform, Line(str(new_id()), actor=actor, operation="tested"))

    def keeping(self, *, fresh: bool = False) -> FactorService:
        """Return what the person does with her factors."""
        return FactorService(self.work(fresh=fresh))

    def registering(self, *, fresh: bool = False) -> PasskeyService:
        """Return what the person does to add a passkey."""
        return PasskeyService(self.work(fresh=fresh))


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app, and the recovery codes that came with it."""

    factor_id: UUID
    seed: str
    recovery_codes: list[str] | None

    def proof(self, steps: int = 0) -> FactorProof:
        """Show the code of the present, or of some steps from it; confirming used the present."""
        return FactorProof(Method.OTP, code_now(self.seed, steps))


async def a_person(
    platform: Platform, owner_url: str, digest: str, roles: tuple[str, ...] = ("sales",)
) -> Person:
    """Open a user."""
    colleague = await a_colleague(owner_url, digest=digest, roles=roles)
    return Person(platform, colleague.user_id, roles)


async def an_app(person: Person, *, fresh: bool = False) -> App:
    """Add an app and confirm it with the code of the step before this one."""
    shown = (await person.keeping(fresh=fresh).add_app(NewApp())).values
    code = code_now(shown["secret"], -1)
    told = await person.keeping(fresh=fresh).confirm(shown["factor_id"], Confirmation(code=code))
    return App(shown["factor_id"], shown["secret"], told.values["recovery_codes"])


async def a_passkey(person: Person, device: Authenticator, *, fresh: bool = False) -> Any:
    """Add a passkey, and return what the service tells."""
    options = (await person.registering(fresh=fresh).options()).values["public_key"]
    new = NewPasskey(credential=device.create(options))
    return (await person.registering(fresh=fresh).add(new)).values


LATE = 3.0


def code_now(seed: str, steps: int = 0) -> str:
    """Return the code of the present step, or of one some steps away.

    Just before a step ends it waits for the next one, so that the code is not late when it is sent.
    """
    if (left := STEP - now().timestamp() % STEP) < LATE:
        time.sleep(left)
    return code_at(seed, int(now().timestamp()) // STEP + steps)


def recovery(code: str) -> FactorProof:
    """Show a recovery code."""
    return FactorProof(Method.RECOVERY_CODE, code)


def assertion(credential: dict[str, Any]) -> FactorProof:
    """Show what a passkey signed."""
    return FactorProof(Method.ASSERTION, credential)
