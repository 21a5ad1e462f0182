"""Passwords: changed by their owner, by rules that ask only how easily one is guessed."""

import asyncio
from uuid import UUID

from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Nothing
from app.core.work import UnitOfWork
from app.features.identity.letters import PASSWORD_CHANGED
from app.features.identity.models import EndReason
from app.features.identity.problems import PasswordMistaken
from app.features.identity.repository import Login, LoginRepository, SessionRepository
from app.features.identity.rules import fault_of
from app.features.identity.schemas import PasswordChange
from app.features.identity.service.desk import Desk
from app.features.identity.service.throttle import password_gate
from app.features.staff.service import tell_colleague
from app.features.staff.snapshot import User

NO_ID = UUID(int=0)


class PasswordService:
    """What may be done about one's password."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._logins = LoginRepository(work)
        self._sessions = SessionRepository(work, desk.idle)

    async def change(self, asked: PasswordChange) -> Nothing:
        """Change one's password, and end all other sessions, which may be somebody else's."""
        user = self._user()
        login = await self._confirmed(user, asked.current)
        await self._require_good(user, asked)
        digest = await self._desk.passwords.digest(asked.new)
        own = UUID(self._work.actor.session or str(NO_ID))
        async with self._work.pinned(), self._work.changing() as connection:
            if not await self._logins.renew(connection, login, digest):
                raise PasswordMistaken
            ended = await self._sessions.end_others(
                connection, user.user_id, own, EndReason.PASSWORD
            )
            await tell_colleague(self._work, user.user_id, PASSWORD_CHANGED)
        self._desk.directory.end(ended)
        return Nothing()

    async def _confirmed(self, user: User, password: str) -> Login:
        """Ask for the current password; a stolen token alone is not enough, nor are guesses."""
        gate = password_gate(self._work, user.user_id)
        await gate.admit()
        login = await self._logins.login(user.username)
        digest = login.password_digest if login else None
        fits = await self._desk.passwords.verify(password, digest)
        if login is None or not fits:
            await gate.fail()
            raise PasswordMistaken
        await gate.admit()
        return login

    async def _require_good(self, user: User, asked: PasswordChange) -> None:
        has_factor = await self._desk.factors.has_one(self._work, user.user_id)
        code = await asyncio.to_thread(fault_of, asked.new, user.username, has_factor=has_factor)
        if code is None and asked.new == asked.current:
            code = "password-unchanged"
        if code is not None:
            raise Malformed(faults=[Fault("/new", code)])

    def _user(self) -> User:
        user = self._desk.directory.staff.users.get(self._work.actor.actor_id or NO_ID)
        if user is None:
            raise NotFound
        return user
