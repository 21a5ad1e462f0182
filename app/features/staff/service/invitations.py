"""Invitations: a link, mailed or shown once, by which a user sets a password and is active."""

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
from app.features.mail.service import Outbox, Recipient
from app.features.staff.directory import StaffDirectory
from app.features.staff.letters import INVITATION
from app.features.staff.models import UserStatus
from app.features.staff.problems import InvitationRefused
from app.features.staff.repository import Account, AccountRepository, InvitationRepository
from app.features.staff.service.changing import changed_staff, note
from app.features.staff.service.notices import moment

VALID: Final = timedelta(days=7)
SHOWN_ONCE: Final = "shown_once"
BY_MAIL: Final = "mail"
PAGE: Final = "accept-invitation"


async def invite(work: UnitOfWork, account: Account) -> dict[str, Any]:
    """Draw the link of a user, in place of an earlier one; mailed, it is shown to nobody else."""
    token, expires_at, outbox = secrets.token_urlsafe(32), now() + VALID, Outbox(work)
    await InvitationRepository(work).put(account.user_id, token, expires_at)
    if account.email is None or not outbox.is_open:
        return {"token": token, "expires_at": expires_at, "delivery": SHOWN_ONCE}
    values = {
        "username": account.username,
        "link": outbox.link(PAGE, f"token={token}"),
        "until": moment(expires_at),
    }
    recipient = Recipient(account.user_id, account.email)
    await outbox.queue(recipient, INVITATION, values, expires_at)
    return {"token": None, "expires_at": expires_at, "delivery": BY_MAIL}


async def uninvite(work: UnitOfWork, user_id: UUID) -> None:
    """Make a user's link useless, and mail that would bring it."""
    await InvitationRepository(work).withdraw(user_id)
    await Outbox(work).withdraw(user_id, INVITATION)


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
