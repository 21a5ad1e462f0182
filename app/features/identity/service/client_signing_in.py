"""Other systems signing in: a secret of theirs for a token of some of their scopes."""

from uuid import UUID

from app.core.narrowing import narrowed
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.identity.grants import Grant
from app.features.identity.problems import ScopeRefused
from app.features.identity.repository import ClientLoginRepository, fitting_secret
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import Opening, SessionOpener
from app.features.identity.service.refusing import refusal
from app.features.identity.service.throttle import SignInGate
from app.features.staff.snapshot import User


class ClientSignInService:
    """Opens short sessions for other systems; no refresh, they come again with the secret."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._logins = ClientLoginRepository(work)
        self._opener = SessionOpener(work, desk)

    async def sign_in(self, grant: Grant) -> Shown:
        """Open a session for a secret that fits, from an address that does.

        Unknown, mistaken, expired, disabled and out of place: one answer for all of them.
        """
        login = await self._logins.login(grant.username)
        gate = SignInGate(self._work, grant.username, login)
        await gate.admit()
        secret_id = fitting_secret(login, grant.secret)
        user = await self._opener.active(login.user_id) if login and secret_id else None
        if user is None or secret_id is None:
            if login is not None and secret_id is not None:
                self._work.line.detail["api_client"] = str(login.user_id)
            await gate.fail()
            raise refusal(self._work, grant)
        scopes = self._granted(user, grant)
        opening = Opening(
            agent=grant.agent,
            client=user.username,
            is_lasting=False,
            secret_id=secret_id,
            scopes=scopes,
        )
        shown = await self._opener.open(
            user, opening, lambda connection: self._logins.note_use(connection, secret_id)
        )
        await gate.welcome()
        return shown

    async def secret_id(self, grant: Grant) -> UUID | None:
        """Return which of a system's secrets was sent, if it is one."""
        return fitting_secret(await self._logins.login(grant.username), grant.secret)

    def _granted(self, user: User, grant: Grant) -> frozenset[str]:
        """Return the scopes that were asked for, with what limits them; all without a wish."""
        held = self._desk.directory.staff.scopes_of(user)
        if not grant.scopes:
            return held
        if not grant.scopes <= held:
            self._work.line.detail["api_client"] = str(user.user_id)
            raise ScopeRefused
        return narrowed(held, grant.scopes)
