"""Departing: an account that ends at once, and the proof that nothing of it is left."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.core.clock import now
from app.core.work import UnitOfWork
from app.features.mail.service import Outbox
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.repository import (
    Account,
    AccountRepository,
    DepartmentRepository,
    InvitationRepository,
    OwnedClientRepository,
)
from app.features.staff.service.changing import changed_staff, note
from app.features.staff.service.rules import Rules
from app.features.staff.sessions import LiveSessions


@dataclass(frozen=True, slots=True)
class Departed:
    """What is left of an account."""

    user_id: UUID
    username: str
    status: UserStatus
    ended_at: datetime | None
    ended_by: UUID | None
    successor_id: UUID | None
    has_credentials: bool
    has_invitation: bool
    departments_managed: int
    api_clients_owned: int


class DepartureService:
    """Ends accounts for good; what leavers own beyond the staff is handed over by others."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._accounts = AccountRepository(work)
        self._rules = Rules(work, directory)

    async def end(self, user_id: UUID, successor_id: UUID | None) -> UUID | None:
        """End an account and return the successor; asked again, it ends what is left of it."""
        async with changed_staff(self._work, self._directory):
            account = await self._accounts.get(user_id)
            self._rules.require_person(account)
            self._rules.require_other(user_id)
            await self._rules.require_administrator_besides(account)
            await self._rules.require_colleague(successor_id, user_id)
            fresh = self._ended(account, successor_id or account.successor_id)
            note(
                self._work,
                user_id,
                ["status", "successor_id"],
                status=[account.status, fresh.status],
                successor=fresh.successor_id and str(fresh.successor_id),
            )
            await self._accounts.save(fresh, account)
            await self._accounts.shut(user_id)
            await self._accounts.close(user_id)
            await InvitationRepository(self._work).withdraw(user_id)
            await Outbox(self._work).withdraw(user_id)
            await DepartmentRepository(self._work).pass_on(user_id, fresh.successor_id)
            await OwnedClientRepository(self._work).pass_on(user_id, fresh.successor_id)
            sessions: LiveSessions = self._work.platform.tools[LiveSessions]
            ended = await sessions.end_all(self._work, user_id)
        sessions.let_go(ended)
        return fresh.successor_id

    async def proof(self, user_id: UUID) -> Departed:
        """Say what is left of an account, departed or not."""
        note(self._work, user_id, ())
        account = await self._accounts.get(user_id)
        has_ended = account.status in {UserStatus.DEPARTED, UserStatus.SUSPENDED}
        return Departed(
            user_id=user_id,
            username=account.username,
            status=account.status,
            ended_at=account.status_at if has_ended else None,
            ended_by=account.status_by if has_ended else None,
            successor_id=account.successor_id,
            has_credentials=await self._accounts.has_credentials(user_id),
            has_invitation=await InvitationRepository(self._work).is_open(user_id),
            departments_managed=await DepartmentRepository(self._work).managed_by(user_id),
            api_clients_owned=await OwnedClientRepository(self._work).count(user_id),
        )

    def _ended(self, account: Account, successor_id: UUID | None) -> Account:
        """Return the account as it stays; when it ended is said once."""
        fresh = replace(account, successor_id=successor_id, further=())
        if account.status is UserStatus.DEPARTED:
            return fresh
        by = self._work.actor.actor_id
        return replace(fresh, status=UserStatus.DEPARTED, status_at=now(), status_by=by)
