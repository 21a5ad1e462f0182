"""Signing in: a secret or a refresh token for an access token; all refusals are one."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.factors.problems import FactorRefused
from app.features.factors.service import Method, SecondFactors
from app.features.identity.grants import Grant, GrantType
from app.features.identity.models import EndReason
from app.features.identity.problems import SessionOver, SignInFailed
from app.features.identity.refresh_tokens import RefreshToken
from app.features.identity.repository import Login, LoginRepository, Session, SessionRepository
from app.features.identity.service.challenged import challenged
from app.features.identity.service.client_signing_in import ClientSignInService
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import FIRST_PARTY, Opening, SessionOpener
from app.features.identity.service.refusing import refusal
from app.features.identity.service.throttle import SignInGate
from app.features.staff.client_secrets import has_form
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import User

# Ten times what looking takes: how much of that there was to do does not show.
REFUSED_AFTER: Final = 0.025


class _UsedBefore(Exception):  # noqa: N818 - takes the transaction back, and is seen by nobody
    """A refresh token was used by somebody else meanwhile."""


class SignInService:
    """Opens sessions for those who prove who they are, and goes on with them."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._logins = LoginRepository(work)
        self._sessions = SessionRepository(work, desk.idle)
        self._opener = SessionOpener(work, desk)
        self._clients = ClientSignInService(work, desk)

    async def exchange(self, grant: Grant) -> Shown:
        """Exchange what was granted for an access token."""
        if grant.type is GrantType.REFRESH:
            return await self.refresh(grant)
        if grant.type is GrantType.MFA:
            return await self.second_step(grant)
        if grant.type is GrantType.CLIENT and has_form(grant.secret):
            return await self._clients.sign_in(grant)
        return await self.sign_in(grant)

    async def sign_in(self, grant: Grant) -> Shown:
        """Open a session for a secret that fits; refusals differ in neither words nor time."""
        login = await self._logins.login(grant.username)
        gate = SignInGate(self._work, grant.username, login)
        await gate.admit()
        digest = login.password_digest if login else None
        fits = await self._desk.passwords.verify(grant.secret, digest)
        secret_id = await self._secret_id(login, grant)
        if login is None or not (fits or secret_id) or not _may_use(login, grant.type):
            await self._feign(grant, gate)
            await gate.fail()
            raise refusal(self._work, grant)
        await gate.admit()  # of many guesses at once, only those that were free count
        factor_at = await self._proven(login, grant, gate)
        user = await self._opener.active(login.user_id)
        if user is None:  # not any more, since the password was asked for
            raise refusal(self._work, grant)
        opening = replace(_opening(user, grant, factor_at), secret_id=secret_id)
        shown = await self._open(user, login, opening, grant.secret)
        await gate.welcome()
        return shown

    async def second_step(self, grant: Grant) -> Shown:
        """Open a session for a challenge and a factor that fits; each challenge opens one.

        No refusal comes before its time: this step has no password whose check hides the rest.
        """
        due = time.monotonic() + REFUSED_AFTER
        try:
            return await self._second_step(grant)
        except SignInFailed:
            await asyncio.sleep(due - time.monotonic())
            raise

    async def _second_step(self, grant: Grant) -> Shown:
        found = await challenged(self._work, self._desk, grant.secret)
        gate = SignInGate(self._work, found.name, found.login)
        await gate.admit()
        user, login = found.user, found.login
        if user is None or login is None:
            await self._feign(grant, gate)
            await gate.fail()
            raise SignInFailed(grant.type.refusal)
        factor_at = await self._proven(login, grant, gate)
        shown = await self._opener.open(user, _opening(user, grant, factor_at))
        await gate.welcome()
        return shown

    async def _proven(self, login: Login, grant: Grant, gate: SignInGate) -> datetime | None:
        """Return when a factor was proven; a wrong one counts, and reads, as a wrong password."""
        try:
            factor_at = await self._desk.factors.prove(self._work, login.user_id, grant)
            if grant.type is GrantType.MFA:
                await self._spend(grant, factor_at)
        except FactorRefused:
            self._work.line.detail["user"] = str(login.user_id)
            await gate.fail()
            raise SignInFailed(grant.type.refusal) from None
        return factor_at

    async def _feign(self, grant: Grant, gate: SignInGate) -> None:
        """Take as long as a wrong factor does, where there is nobody's to ask for."""
        if grant.proof is not None:
            await self._desk.factors.feign(self._work, grant)
            if grant.proof.method is Method.OTP:
                await gate.feign()

    async def _spend(self, grant: Grant, factor_at: datetime | None) -> None:
        """Use the challenge up once the factor is proven, so that a mistyped code costs none."""
        if factor_at is None:
            raise FactorRefused
        await SecondFactors(self._work).spend(grant.secret)

    async def refresh(self, grant: Grant) -> Shown:
        """Exchange a refresh token, good once; one that was used before ends its session."""
        shown = RefreshToken.read(grant.secret)
        held = await self._sessions.held(shown.session_id, shown.digest) if shown else None
        if shown is None or held is None:
            raise SessionOver
        if held.is_used:
            await self._end(held.session, EndReason.REUSE)
            raise SessionOver
        user = await self._opener.active(held.session.user_id)
        if user is None:
            await self._end(held.session, EndReason.INACTIVE)
            raise SessionOver
        return await self._rotate(user, held.session, shown)

    async def _rotate(self, user: User, session: Session, used: RefreshToken) -> Shown:
        """Use up a refresh token and issue the next; of many at once exactly one comes through."""
        following = RefreshToken.draw(session.session_id)
        try:
            token = await self._use(user, used, following)
        except _UsedBefore:
            await self._end(session, EndReason.REUSE)
            raise SessionOver from None
        return self._opener.answer(token, session, following)

    async def _use(self, user: User, used: RefreshToken, following: RefreshToken) -> str:
        """Put the next refresh token in the old one's place, the session's row being held."""
        async with self._work.changing() as connection:
            session = await self._sessions.touch(connection, used.session_id)
            if session is None:  # ended meanwhile
                raise SessionOver
            if not await self._sessions.use(connection, used.session_id, used.digest):
                raise _UsedBefore
            await self._sessions.issue(connection, used.session_id, following.digest)
            return self._opener.admit(user, session)

    async def _end(self, session: Session, reason: EndReason) -> None:
        """End a session on its own line, which says why; the refusal gets another one."""
        line = self._work.line
        line.status = SessionOver.status
        line.detail |= {"session": str(session.session_id), "session_end": reason.value}
        async with self._work.changing() as connection:
            ended = await self._sessions.end(connection, session.session_id, reason)
        self._desk.directory.end(ended)

    async def _open(self, user: User, login: Login, opening: Opening, secret: str) -> Shown:
        """Open the session, and digest the password anew where today's parameters are stronger."""
        passwords, held = self._desk.passwords, login.password_digest
        if held is None or opening.secret_id or not passwords.needs_upgrade(held):
            return await self._opener.open(user, opening)
        digest = await passwords.digest(secret)
        return await self._opener.open(
            user, opening, lambda connection: self._logins.renew(connection, login, digest)
        )

    async def _secret_id(self, login: Login | None, grant: Grant) -> UUID | None:
        """Return which secret another system has sent in the place of a password."""
        if login is None or login.kind is not ActorKind.CLIENT or not has_form(grant.secret):
            return None
        return await self._clients.secret_id(grant)


def _opening(user: User, grant: Grant, factor_at: datetime | None) -> Opening:
    """Another system comes with its own name, and comes again instead of refreshing."""
    is_client = grant.type is GrantType.CLIENT
    return Opening(
        agent=grant.agent,
        client=user.username if is_client else FIRST_PARTY,
        is_lasting=not is_client,
        factor_at=factor_at,
    )


def _may_use(login: Login, grant: GrantType) -> bool:
    """Whether the user may sign in that way: a system with either grant, a person with one."""
    is_fitting = login.kind is ActorKind.CLIENT or grant is GrantType.PASSWORD
    return login.status is UserStatus.ACTIVE and is_fitting
