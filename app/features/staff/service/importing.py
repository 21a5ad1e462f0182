"""Imports: up to a thousand users or departments, each with its own answer."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.problems import Problem
from app.core.schemas import admit
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.power import require_step_up_for
from app.features.staff.problems import (
    ColleagueNotAvailable,
    DepartmentCodeTaken,
    DepartmentUnknown,
    UsernameTaken,
)
from app.features.staff.repository import Account, AccountRepository, DepartmentRepository
from app.features.staff.schemas import DepartmentItem, UserItem
from app.features.staff.service.changing import changed_staff
from app.features.staff.service.departments import new_department, require_tree
from app.features.staff.service.invitations import invite
from app.features.staff.service.rules import Rules, username_in
from app.features.staff.service.users import new_account
from app.features.staff.snapshot import Department
from app.features.staff.usernames import username_of

CREATED = 201


@dataclass(slots=True)
class Outcome:
    """What became of one item."""

    made_id: UUID | None = None
    invitation: dict[str, Any] | None = None
    problem: Problem | None = None

    @property
    def status(self) -> int:
        """What the item would have been answered alone."""
        return self.problem.status if self.problem else CREATED


class Names:
    """Departments by code, or by a name that only one of them has."""

    def __init__(self, departments: Iterable[Department]) -> None:
        self._by_name: dict[str, list[UUID]] = {}
        self._by_code: dict[str, UUID] = {}
        for one in departments:
            self.add(one)

    def add(self, one: Department) -> None:
        """Let a department be called by its code and names."""
        if one.code is not None:
            self._by_code[one.code.casefold()] = one.department_id
        for name in {name.casefold() for name in (one.name, one.name_zh) if name}:
            self._by_name.setdefault(name, []).append(one.department_id)

    def find(self, word: str | None) -> UUID | None:
        """Return the department of that code or name; raises DepartmentUnknown."""
        if word is None:
            return None
        plain = " ".join(word.split()).casefold()
        if (by_code := self._by_code.get(plain)) is not None:
            return by_code
        named = self._by_name.get(plain, [])
        if len(named) != 1:
            raise DepartmentUnknown
        return named[0]


class _Import:
    """What both imports have in common: one transaction, and one line that counts."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._accounts = AccountRepository(work)
        self._departments = DepartmentRepository(work)

    @asynccontextmanager
    async def _changed(self, *, dry_run: bool) -> AsyncIterator[None]:
        """Change the staff, unless all is only to be looked at."""
        self._work.line.detail["dry_run"] = dry_run
        if dry_run:
            yield
            return
        async with changed_staff(self._work, self._directory):
            yield

    def _tell(self, outcomes: Sequence[Outcome], names: Sequence[str]) -> None:
        """Note what was made, and how many were refused for what."""
        made = [str(outcome.made_id) for outcome in outcomes if outcome.made_id]
        refused = Counter(outcome.problem.slug for outcome in outcomes if outcome.problem)
        self._work.line.detail.update({"staff": made, "refused": dict(refused)})
        self._work.line.changed.update(dict.fromkeys(names if made else ()))


class UserImportService(_Import):
    """Invites many persons."""

    async def run(self, items: Sequence[Mapping[str, Any]], *, dry_run: bool) -> Listed:
        """Answer each item in order; an item that will not do leaves the others alone."""
        async with self._changed(dry_run=dry_run):
            names = Names((await self._departments.all()).values())
            taken = await self._accounts.taken(_usernames(items))
            outcomes = [await self._outcome(item, names, taken, dry_run=dry_run) for item in items]
            self._tell(outcomes, tuple(UserItem.model_fields))
        return Listed([_user_result(outcome) for outcome in outcomes])

    async def _outcome(
        self, item: Mapping[str, Any], names: Names, taken: set[str], *, dry_run: bool
    ) -> Outcome:
        try:
            account = await self._prepared(item, names, taken)
        except Problem as problem:
            return Outcome(problem=problem)
        taken.add(account.username)
        if dry_run:
            return Outcome()
        if not await self._accounts.open(account):
            return Outcome(problem=UsernameTaken())
        return Outcome(account.user_id, await invite(self._work, account))

    async def _prepared(self, item: Mapping[str, Any], names: Names, taken: set[str]) -> Account:
        values = admit(UserItem, item, self._work.actor.policy).values()
        primary = names.find(values.pop("department", None))
        further = tuple(names.find(word) for word in values.pop("further_departments", ()))
        roles = tuple(values.pop("roles", ()))
        account = new_account(
            self._work,
            {**values, "department_id": primary, "further": further, "roles": roles},
        )
        rules = Rules(self._work, self._directory)
        await rules.require_roles(roles)
        await require_step_up_for(self._work, self._directory.staff, roles)
        rules.require_one_primary(primary, account.further)
        if account.username in taken:
            raise UsernameTaken
        return account


class DepartmentImportService(_Import):
    """Opens many departments; one may stand below another of the same import."""

    async def run(self, items: Sequence[Mapping[str, Any]], *, dry_run: bool) -> Listed:
        """Answer each item in order; an item that will not do leaves the others alone."""
        async with self._changed(dry_run=dry_run):
            tree = await self._departments.all()
            names = Names(tree.values())
            outcomes = [await self._outcome(item, tree, names, dry_run=dry_run) for item in items]
            self._tell(outcomes, tuple(DepartmentItem.model_fields))
        return Listed([_department_result(outcome) for outcome in outcomes])

    async def _outcome(
        self, item: Mapping[str, Any], tree: dict[UUID, Department], names: Names, *, dry_run: bool
    ) -> Outcome:
        try:
            made = self._prepared(item, tree, names)
        except Problem as problem:
            return Outcome(problem=problem)
        if not dry_run and not await self._departments.open(made):
            return Outcome(problem=DepartmentCodeTaken())
        tree[made.department_id] = made
        names.add(made)
        return Outcome(None if dry_run else made.department_id)

    def _prepared(
        self, item: Mapping[str, Any], tree: Mapping[UUID, Department], names: Names
    ) -> Department:
        values = admit(DepartmentItem, item, self._work.actor.policy).values()
        values["parent_id"] = names.find(values.pop("parent", None))
        values["manager_id"] = self._manager(values.pop("manager", None))
        made = new_department(values)
        require_tree(made, tree)
        if made.code is not None and any(one.code == made.code for one in tree.values()):
            raise DepartmentCodeTaken
        return made

    def _manager(self, username: str | None) -> UUID | None:
        """Return the active person of a user name."""
        if username is None:
            return None
        found = self._directory.staff.called(username_in(username))
        if found is None or not found.is_active_person:
            raise ColleagueNotAvailable
        return found.user_id


def _usernames(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names that are asked for, as far as they are text at all."""
    names = [item.get("username") for item in items]
    return [username_of(name) for name in names if isinstance(name, str)]


def _user_result(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "user_id": outcome.made_id,
        "invitation": outcome.invitation,
        "problem": outcome.problem,
    }


def _department_result(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "department_id": outcome.made_id,
        "problem": outcome.problem,
    }
