"""Rules that every change of a user keeps: existing roles and departments, one administrator."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.access import ActorKind
from app.core.problems import Fault, Malformed
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.problems import (
    ColleagueNotAvailable,
    DepartmentUnknown,
    LastAdministrator,
    OtherSystem,
    OwnAccount,
    RoleUnknown,
)
from app.features.staff.repository import Account, AccountRepository, DepartmentRepository
from app.features.staff.separation import require_separate
from app.features.staff.usernames import is_username, username_of


class Rules:
    """Refuses what the staff must not come to; asked within the change, so it holds after it."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._accounts = AccountRepository(work)

    def require_other(self, user_id: UUID) -> None:
        """Refuse to let somebody change what their own rights or status rest on."""
        if user_id == self._work.actor.actor_id:
            raise OwnAccount

    def require_person(self, account: Account) -> None:
        """Refuse to change another system here, past its own terms."""
        if account.kind is not ActorKind.PERSON:
            raise OtherSystem

    async def require_roles(self, codes: Sequence[str]) -> None:
        """Refuse roles that do not exist, that are named twice, or that may not meet."""
        _require_once("roles", codes)
        if any(code not in self._directory.staff.roles for code in codes):
            raise RoleUnknown
        await require_separate(self._work, codes)

    def require_one_primary(self, primary: UUID | None, further: Sequence[UUID]) -> None:
        """Refuse a department named twice, and further ones without a primary one."""
        if further and primary is None:
            raise Malformed(faults=[Fault("/department_id", "missing")])
        _require_once("further_department_ids", [*further, *([primary] if primary else [])])

    async def require_departments(self, primary: UUID | None, further: Sequence[UUID]) -> None:
        """Refuse unknown departments, and what `require_one_primary` does."""
        self.require_one_primary(primary, further)
        known = await DepartmentRepository(self._work).all()
        if any(one not in known for one in (primary, *further) if one is not None):
            raise DepartmentUnknown

    async def require_colleague(self, user_id: UUID | None, leaver: UUID | None = None) -> None:
        """Refuse a manager or successor who is not at hand."""
        if user_id is None:
            return
        found = await self._accounts.find(user_id)
        if found is None or not found.is_active_person or user_id == leaver:
            raise ColleagueNotAvailable

    async def require_administrator_besides(self, account: Account) -> None:
        """Refuse to take the last active person who may look after the staff."""
        staff = self._directory.staff
        codes = [code for code in staff.roles if staff.may_write_staff([code])]
        is_one = account.is_active_person and staff.may_write_staff(account.roles)
        if is_one and not await self._accounts.has_others(account.user_id, codes):
            raise LastAdministrator


def username_in(text: str) -> str:
    """Return a user name in its one form, or refuse what is none."""
    name = username_of(text)
    if not is_username(name):
        raise Malformed(faults=[Fault("/username", "username-invalid")])
    return name


def _require_once(name: str, values: Sequence[Any]) -> None:
    if len({*values}) < len(values):
        raise Malformed(faults=[Fault(f"/{name}", "given-twice")])
