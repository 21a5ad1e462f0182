"""Provisioning: persons opened and kept in line by what an identity provider says of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.core.clock import now
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.problems import UsernameTaken
from app.features.staff.repository import (
    Account,
    AccountRepository,
    DepartmentRepository,
)
from app.features.staff.service.changing import note
from app.features.staff.service.importing import Names
from app.features.staff.service.invitations import uninvite
from app.features.staff.service.rules import Rules
from app.features.staff.service.users import new_account
from app.features.staff.snapshot import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The roles that a provider gives, those that it decides on at all, and a department.

    Roles that it does not decide on are the administrators' to give; so is the department, when it
    names none.
    """

    given: tuple[str, ...] = ()
    managed: frozenset[str] = frozenset()
    department: str | None = None

    def of(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return the roles of somebody who has had these."""
        kept = [code for code in roles if code not in self.managed or code in self.given]
        return (*kept, *(code for code in self.given if code not in kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What is told of somebody who has no account yet."""

    username: str
    display_name: str
    email: str | None


class ProvisioningService:
    """Opens and changes persons for a provider; what writes is called within `changed_staff`."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._accounts = AccountRepository(work)
        self._rules = Rules(work, directory)

    async def holders_of(self, address: str) -> list[Account]:
        """Return the persons of a mail address, whatever their status."""
        wanted = address.casefold()
        mails = await self._accounts.mails()
        found = [user_id for user_id, mail in mails.items() if mail.casefold() == wanted]
        return [await self._accounts.get(user_id) for user_id in found]

    def is_in_line(self, user: User, standing: Standing) -> bool:
        """Whether nothing has to be changed, by the staff as it was last read."""
        names = Names(self._directory.staff.departments.values())
        department = names.find(standing.department) or user.department_id
        return standing.of(user.roles) == user.roles and department == user.department_id

    async def bring_in_line(self, user_id: UUID, standing: Standing) -> None:
        """Give a person the roles and the department that follow; keeps every rule."""
        account = await self._accounts.get(user_id)
        fresh = await self._standing_so(account, standing)
        if not self._directory.staff.may_write_staff(fresh.roles):
            await self._rules.require_administrator_besides(account)
        changed = [one for one in ("roles", "department_id") if _differ(account, fresh, one)]
        note(self._work, user_id, changed, roles=[account.roles, fresh.roles])
        await self._accounts.save(fresh, account)

    async def open(self, person: NewPerson, standing: Standing) -> UUID:
        """Open an active account without a password; raises UsernameTaken and others."""
        values = {
            "username": person.username,
            "display_name": person.display_name,
            "email": person.email,
        }
        made = replace(new_account(self._work, values), status=UserStatus.ACTIVE)
        account = await self._standing_so(made, standing)
        if not await self._accounts.open(account):
            raise UsernameTaken
        note(self._work, account.user_id, (*values, "status"), roles=[[], account.roles])
        return account.user_id

    async def accept(self, user_id: UUID) -> None:
        """Let somebody who is invited in without a password; the link is of no use any more."""
        account = await self._accounts.get(user_id)
        if account.status is not UserStatus.INVITED:
            return
        fresh = replace(account, status=UserStatus.ACTIVE, status_at=now())
        await uninvite(self._work, user_id)
        note(self._work, user_id, ["status"], status=[account.status, fresh.status])
        await self._accounts.save(fresh, account)

    async def _standing_so(self, account: Account, standing: Standing) -> Account:
        """Return the account with what follows, or refuse what the staff must not come to."""
        names = Names((await DepartmentRepository(self._work).all()).values())
        department_id = names.find(standing.department) or account.department_id
        further = tuple(one for one in account.further if one != department_id)
        roles = standing.of(account.roles)
        await self._rules.require_roles(roles)
        return replace(account, roles=roles, department_id=department_id, further=further)


def _differ(account: Account, fresh: Account, name: str) -> bool:
    return bool(getattr(account, name) != getattr(fresh, name))
