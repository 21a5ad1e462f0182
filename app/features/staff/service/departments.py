"""Departments: a tree of at most ten levels, each with a code and a manager."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id
from app.core.paging import Asked
from app.core.problems import Stale
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.pages import page_of
from app.features.staff.problems import (
    DepartmentBelowItself,
    DepartmentCodeTaken,
    DepartmentInUse,
    DepartmentsTooDeep,
    DepartmentUnknown,
)
from app.features.staff.repository import DepartmentRepository
from app.features.staff.service.changing import changed_staff, note
from app.features.staff.service.rules import Rules
from app.features.staff.service.views import department_view
from app.features.staff.snapshot import Department

DEEPEST: Final = 10
Tree = Mapping[UUID, Department]


class DepartmentService:
    """What may be done with departments."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory
        self._departments = DepartmentRepository(work)
        self._rules = Rules(work, directory)

    async def page(self, asked: Asked) -> Listed:
        """List the departments, in the order in which they came to be."""
        shown = [department_view(one) for one in self._directory.staff.departments.values()]
        return page_of(shown, "department_id", asked, self._work.platform.sealing)

    async def get(self, department_id: UUID) -> Shown:
        """Show one department."""
        return Shown(department_view(await self._departments.get(department_id)))

    async def create(self, values: Mapping[str, Any]) -> Shown:
        """Open a department."""
        made = new_department(values)
        async with changed_staff(self._work, self._directory):
            require_tree(made, await self._departments.all())
            await self._rules.require_colleague(made.manager_id)
            note(self._work, made.department_id, values)
            if not await self._departments.open(made):
                raise DepartmentCodeTaken
        return Shown(department_view(made), location=f"/v1/departments/{made.department_id}")

    async def change(self, department_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a department, or move it with all that stands below it."""
        async with changed_staff(self._work, self._directory):
            department = await self._departments.get(department_id)
            _require_unchanged(department, seen)
            fresh = replace(department, **values)
            if fresh.parent_id != department.parent_id:
                require_tree(fresh, await self._departments.all())
            if fresh.manager_id != department.manager_id:
                await self._rules.require_colleague(fresh.manager_id)
            note(self._work, department_id, values)
            if not await self._departments.save(fresh):
                raise DepartmentCodeTaken
        return Shown(department_view(fresh))

    async def remove(self, department_id: UUID, seen: str) -> None:
        """Remove a department that nothing belongs to."""
        async with changed_staff(self._work, self._directory):
            _require_unchanged(await self._departments.get(department_id), seen)
            if await self._departments.is_in_use(department_id):
                raise DepartmentInUse
            note(self._work, department_id, ["department_id"])
            await self._departments.remove(department_id)


def new_department(values: Mapping[str, Any]) -> Department:
    """Make a department of what came in."""
    empty = {"name_zh": None, "parent_id": None, "code": None, "manager_id": None}
    return Department(department_id=new_id(), **{**empty, **values})


def require_tree(department: Department, tree: Tree) -> None:
    """Refuse a place below nothing that exists, below itself, or too far down."""
    above = _above(department, tree)
    if len(above) + _height(department.department_id, tree) > DEEPEST:
        raise DepartmentsTooDeep


def _above(department: Department, tree: Tree) -> list[UUID]:
    """Return the departments above one, nearest first."""
    found: list[UUID] = []
    parent_id = department.parent_id
    while parent_id is not None:
        if parent_id not in tree:
            raise DepartmentUnknown
        if parent_id == department.department_id:
            raise DepartmentBelowItself
        found.append(parent_id)
        parent_id = tree[parent_id].parent_id
    return found


def _height(department_id: UUID, tree: Tree) -> int:
    """Count the levels of a department and all that stands below it."""
    levels, level = 0, {department_id}
    while level:
        levels += 1
        level = {one.department_id for one in tree.values() if one.parent_id in level}
    return levels


def _require_unchanged(department: Department, seen: str) -> None:
    etag = etag_of(department_view(department))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})
