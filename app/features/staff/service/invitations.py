"""Invitations: a link, shown once, by which a user chooses a password and becomes active."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.passwords import PasswordRules, Passwords
from app.core.problems import Fault, Malformed
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.problems import InvitationRefused
from app.features.staff.repository import AccountRepository, InvitationRepository
from app.features.staff.service.changing import changed_staff, note

VALID: Final = timedelta(days=7)
SHOWN_ONCE: Final = "shown_once"


async def invite(work: UnitOfWork, user_id: UUID) -> dict[str, Any]:
    """Draw the link of a user, in place of an earlier one, and return how it is shown."""
    token, expires_at = secrets.token_urlsafe(32), now() + VALID
    await InvitationRepository(work).put(user_id, token, expires_at)
    return {"token": token, "expires_at": expires_at, "delivery": SHOWN_ONCE}


class InvitationService:
    """What somebody does who is not signed in yet: accept an invitation."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory, passwords: Passwords) -> None:
        self._work = work
        self._directory = directory
        self._passwords = passwords
        self._rules: PasswordRules = work.platform.tools[PasswordRules]
        self._invitations = InvitationRepository(work)
        self._accounts = AccountRepository(work)

    async def accept(self, token: str, password: str) -> Shown:
        """Open the account with this password; of many at once, one wins."""
        invitation = await self._invitations.find(token)
        if invitation is None:
            raise InvitationRefused
        self._require_good(password, invitation.username)
        digest = await self._passwords.digest(password)  # before the staff is held still
        async with changed_staff(self._work, self._directory):
            if not await self._invitations.use(token):
                raise InvitationRefused
            await self._open(invitation.user_id, digest)
        answer = {
            "user_id": invitation.user_id,
            "username": invitation.username,
            "status": UserStatus.ACTIVE,
        }
        return Shown(answer, tagged=False)

    async def _open(self, user_id: UUID, digest: str) -> None:
        account = await self._accounts.get(user_id)
        if account.status is not UserStatus.INVITED:
            raise InvitationRefused
        opened = replace(account, status=UserStatus.ACTIVE, status_at=now(), status_by=user_id)
        await self._accounts.admit(user_id, digest)
        await self._accounts.save(opened, account)
        note(self._work, user_id, ("status", "password_digest"))

    def _require_good(self, password: str, username: str) -> None:
        fault = self._rules.fault_of(password, username)
        if fault is not None:
            raise Malformed(faults=[Fault("/password", fault)])
