"""Users: listed, invited, shown, changed, suspended and taken back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.paging import Asked
from app.core.problems import Stale
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.finding import USER_FILTERS, found_users
from app.features.staff.models import UserStatus
from app.features.staff.pages import page_of
from app.features.staff.power import require_step_up_for
from app.features.staff.problems import StatusForbids, UsernameTaken
from app.features.staff.repository import Account, AccountRepository
from app.features.staff.service.changing import changed_staff, note
from app.features.staff.service.invitations import invite, uninvite
from app.features.staff.service.rules import Rules, username_in
from app.features.staff.service.views import user_view, whole_view
from app.features.staff.sessions import LiveSessions

# The members of the contract whose name in an account differs.
RENAMED: Final = {"further_department_ids": "further"}
RIGHTS: Final = frozenset({"roles", "department_id", "further"})


class UserService:
    """What an administrator may do with users."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._accounts = AccountRepository(work)
        self._rules = Rules(work, directory)

    async def page(self, asked: Asked) -> Listed:
        """List the users by name, narrowed by what is asked."""
        found = found_users(self._directory.staff, asked)
        shown = [user_view(user) for user in found]
        return page_of(shown, "username", asked, self._work.platform.sealing, USER_FILTERS)

    async def get(self, user_id: UUID) -> Shown:
        """Show one user."""
        note(self._work, user_id, ())
        return Shown(whole_view(await self._accounts.get(user_id)))

    async def invite(self, values: Mapping[str, Any]) -> Shown:
        """Open an account that its owner makes usable by the link."""
        account = new_account(self._work, _in_account(values))
        async with changed_staff(self._work, self._directory):
            await self._require_fitting(account)
            await require_step_up_for(self._work, self._directory.staff, account.roles)
            note(self._work, account.user_id, values, roles=[[], account.roles])
            if not await self._accounts.open(account):
                raise UsernameTaken
            invitation = await invite(self._work, account)
        return Shown(
            whole_view(account),
            extra={"invitation": invitation},
            location=f"/v1/users/{account.user_id}",
        )

    async def renew(self, user_id: UUID) -> Shown:
        """Draw a new link; the one before is of no use any more."""
        async with changed_staff(self._work, self._directory):
            account = await self._accounts.get(user_id)
            self._rules.require_person(account)
            if account.status is not UserStatus.INVITED:
                raise StatusForbids
            note(self._work, user_id, ["invitation"])
            await uninvite(self._work, user_id)
            invitation = await invite(self._work, account)
        return Shown(whole_view(account), extra={"invitation": invitation})

    async def change(self, user_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a user; roles and departments only of somebody else."""
        async with changed_staff(self._work, self._directory):
            account = await self._accounts.get(user_id)
            self._rules.require_person(account)
            fresh = replace(account, **_in_account(values))
            _require_unchanged(account, seen)
            if account.status is UserStatus.DEPARTED:
                raise StatusForbids
            changed = [name for name in _in_account(values) if _differ(account, fresh, name)]
            if not RIGHTS.isdisjoint(changed):
                self._rules.require_other(user_id)
            await self._require_fitting(fresh)
            if "roles" in changed:
                staff = self._directory.staff
                await require_step_up_for(self._work, staff, fresh.roles, account.roles)
                await self._require_administrator_left(account, fresh)
            roles = {"roles": [account.roles, fresh.roles]} if "roles" in changed else {}
            note(self._work, user_id, changed, **roles)
            await self._accounts.save(fresh, account)
        return Shown(whole_view(fresh))

    async def suspend(self, user_id: UUID) -> Shown:
        """Keep a user out until further notice; tokens end within a second."""
        async with changed_staff(self._work, self._directory):
            account = await self._accounts.get(user_id)
            self._rules.require_person(account)
            self._rules.require_other(user_id)
            if account.status not in {UserStatus.ACTIVE, UserStatus.INVITED}:
                raise StatusForbids
            await self._rules.require_administrator_besides(account)
            await uninvite(self._work, user_id)
            await self._accounts.close(user_id)
            shown = await self._put(account, UserStatus.SUSPENDED)
            ended = await self._sessions.end_all(self._work, user_id)
        self._sessions.let_go(ended)
        return shown

    async def reactivate(self, user_id: UUID) -> Shown:
        """Let a suspended user in again; one who never chose a password is invited as before.

        Sessions that were about to open in the moment of the suspension end now at the latest.
        """
        async with changed_staff(self._work, self._directory):
            account = await self._accounts.get(user_id)
            self._rules.require_person(account)
            self._rules.require_other(user_id)
            if account.status is not UserStatus.SUSPENDED:
                raise StatusForbids
            has_password = await self._accounts.has_credentials(user_id)
            status = UserStatus.ACTIVE if has_password else UserStatus.INVITED
            shown = await self._put(account, status)
            ended = await self._sessions.end_all(self._work, user_id)
        self._sessions.let_go(ended)
        return shown

    @property
    def _sessions(self) -> LiveSessions:
        sessions: LiveSessions = self._work.platform.tools[LiveSessions]
        return sessions

    async def _put(self, account: Account, status: UserStatus) -> Shown:
        by = self._work.actor.actor_id
        fresh = replace(account, status=status, status_at=now(), status_by=by)
        note(self._work, account.user_id, ["status"], status=[account.status, status])
        await self._accounts.save(fresh, account)
        return Shown(whole_view(fresh))

    async def _require_fitting(self, account: Account) -> None:
        await self._rules.require_roles(account.roles)
        await self._rules.require_departments(account.department_id, account.further)

    async def _require_administrator_left(self, account: Account, fresh: Account) -> None:
        """Roles that no longer let somebody look after the staff must leave another who may."""
        if not self._directory.staff.may_write_staff(fresh.roles):
            await self._rules.require_administrator_besides(account)


def new_account(work: UnitOfWork, values: Mapping[str, Any]) -> Account:
    """Make the account of somebody who is invited."""
    at = now()
    chosen = {"email": None, "department_id": None, "further": (), "roles": (), **values}
    chosen["username"] = username_in(chosen["username"])
    return Account(
        user_id=new_id(),
        kind=ActorKind.PERSON,
        status=UserStatus.INVITED,
        created_at=at,
        status_at=at,
        status_by=work.actor.actor_id,
        **chosen,
    )


def _in_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return sent members as an account holds them."""
    return {
        RENAMED.get(name, name): tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }


def _differ(account: Account, fresh: Account, name: str) -> bool:
    return bool(getattr(account, name) != getattr(fresh, name))


def _require_unchanged(account: Account, seen: str) -> None:
    etag = etag_of(whole_view(account))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})
