"""Departments one by one, and what keeps one from being removed."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.problems import NotFound
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.staff.repository.staff import ALL_DEPARTMENTS
from app.features.staff.snapshot import Department

COLUMNS: Final = "department_id, name, name_zh, parent_id, code, manager_id"
MEMBERS: Final = tuple(COLUMNS.split(", "))
ONE: Final = Statement(
    f"select {COLUMNS} from departments where department_id = $1",  # noqa: S608 - own constants
    ("department_id",),
    {},
)
OPEN: Final = Statement(
    f"insert into departments ({COLUMNS}, created_at) "  # noqa: S608 - own constants
    "values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing returning department_id",
    (*MEMBERS, "at"),
    {},
)
CODE_TAKEN: Final = Statement(
    "select exists (select 1 from departments where code = $1 and department_id <> $2)",
    ("code", "department_id"),
    {},
)
SAVE: Final = Statement(
    "update departments set name = $2, name_zh = $3, parent_id = $4, code = $5, manager_id = $6 "
    "where department_id = $1",
    MEMBERS,
    {},
)
# Those who have left hold on to no department; whoever can come back does.
FORGET_DEPARTED: Final = Statement(
    "update users set department_id = null where department_id = $1 and status = 'departed'",
    ("department_id",),
    {},
)
IN_USE: Final = Statement(
    "select exists (select 1 from users where department_id = $1) "
    "or exists (select 1 from department_memberships where department_id = $1) "
    "or exists (select 1 from departments where parent_id = $1) "
    "or exists (select 1 from customers where department_id = $1) "
    "or exists (select 1 from pools where department_id = $1 and ended_at is null)",
    ("department_id",),
    {},
)
REMOVE: Final = Statement(
    "delete from departments where department_id = $1", ("department_id",), {}
)
PASS_ON: Final = Statement(
    "update departments set manager_id = $2 where manager_id = $1", ("leaver", "successor"), {}
)
MANAGED: Final = Statement(
    "select count(*) from departments where manager_id = $1", ("user_id",), {}
)


class DepartmentRepository:
    """Reads and writes departments; writes only within `changing_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def get(self, department_id: UUID) -> Department:
        """Return a department, or raise NotFound."""
        rows = await self._work.fetch(ONE, {"department_id": department_id})
        if not rows:
            raise NotFound
        return Department(*rows[0])

    async def all(self) -> dict[UUID, Department]:
        """Return all departments by id."""
        rows = await self._work.fetch(ALL_DEPARTMENTS, {})
        return {row["department_id"]: Department(*row) for row in rows}

    async def open(self, department: Department) -> bool:
        """Open a department; False when its code is taken."""
        return bool(await self._work.fetch(OPEN, {**asdict(department), "at": now()}))

    async def save(self, department: Department) -> bool:
        """Put a department back as it is now; False when its code is taken."""
        params = asdict(department)
        if (await self._work.fetch(CODE_TAKEN, params))[0][0]:
            return False
        await self._work.fetch(SAVE, params)
        return True

    async def is_in_use(self, department_id: UUID) -> bool:
        """Whether users, customers or departments belong to it; who has left does no longer."""
        params = {"department_id": department_id}
        await self._work.fetch(FORGET_DEPARTED, params)
        return bool((await self._work.fetch(IN_USE, params))[0][0])

    async def remove(self, department_id: UUID) -> None:
        """Remove a department that nothing belongs to."""
        await self._work.fetch(REMOVE, {"department_id": department_id})

    async def pass_on(self, leaver: UUID, successor: UUID | None) -> None:
        """Let the successor manage what the leaver managed, or nobody."""
        await self._work.fetch(PASS_ON, {"leaver": leaver, "successor": successor})

    async def managed_by(self, user_id: UUID) -> int:
        """Count the departments that somebody manages."""
        return int((await self._work.fetch(MANAGED, {"user_id": user_id}))[0][0])
