"""Routes of departments."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed
from app.core.views import Listed, Nothing, Shown
from app.features.staff.problems import (
    ColleagueNotAvailable,
    DepartmentBelowItself,
    DepartmentCodeTaken,
    DepartmentInUse,
    DepartmentsTooDeep,
    DepartmentUnknown,
)
from app.features.staff.router.tools import directory_of
from app.features.staff.schemas import (
    DepartmentChange,
    DepartmentImport,
    DepartmentImportAnswer,
    DepartmentView,
    NewDepartment,
)
from app.features.staff.service import DepartmentImportService, DepartmentService
from app.http.documents import ListOf, parameters, table_body
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("/v1/departments", "staff")
PLACING = (DepartmentUnknown, DepartmentCodeTaken, DepartmentsTooDeep, ColleagueNotAvailable)


def _service(work: Work) -> DepartmentService:
    return DepartmentService(work, directory_of(work))


@router.get(
    permission=Permission.SIGNED_IN,
    response_model=ListOf[DepartmentView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=parameters("limit", "cursor", "count"),
)
async def list_departments(asked: Query, work: Work) -> Listed:
    """List the departments, oldest first; everybody who is signed in may."""
    return await _service(work).page(asked)


@router.post(
    permission=Permission.STAFF_WRITE,
    response_model=DepartmentView,
    status=201,
    problems=PLACING,
)
async def create_department(new: NewDepartment, work: Work) -> Shown:
    """Open a department, below another one or at the top; the tree has at most ten levels."""
    return await _service(work).create(new.values())


@router.post(
    "/import",
    cost=50,
    permission=Permission.STAFF_WRITE,
    response_model=DepartmentImportAnswer,
    seconds=30.0,
    table=True,
    extra=table_body("name,name_zh,code,parent\r\nSuzhou sales,苏州销售部,SZ-SALES,East China\r\n"),
)
async def import_departments(given: DepartmentImport, work: Work) -> Listed:
    """Open up to 1,000 departments, each with its own answer; a dry run only checks.

    One may stand below another that comes earlier in the list.
    """
    service = DepartmentImportService(work, directory_of(work))
    return await service.run(given.items, dry_run=given.dry_run)


@router.get("/{department_id}", permission=Permission.SIGNED_IN, response_model=DepartmentView)
async def get_department(department_id: UUID, work: Work) -> Shown:
    """Show a department; everybody who is signed in may."""
    return await _service(work).get(department_id)


@router.patch(
    "/{department_id}",
    permission=Permission.STAFF_WRITE,
    response_model=DepartmentView,
    problems=(*PLACING, DepartmentBelowItself),
)
async def change_department(
    department_id: UUID, change: DepartmentChange, if_match: IfMatch, work: Work
) -> Shown:
    """Change a department, or move it with all that stands below it.

    Who reaches what through it is different within a second.
    """
    return await _service(work).change(department_id, if_match, change.values())


@router.delete("/{department_id}", permission=Permission.STAFF_WRITE, problems=(DepartmentInUse,))
async def remove_department(department_id: UUID, if_match: IfMatch, work: Work) -> Nothing:
    """Remove a department to which no user, customer or other department belongs any more."""
    await _service(work).remove(department_id, if_match)
    return Nothing()
