"""Routes of roles as they are in force, and of the matrix."""

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.roles.problems import RoleCodeTaken, RoleHeld, RoleIsYourOwn, RoleRetired
from app.features.roles.schemas import MatrixView, NewRole, RoleVersionView, RoleWithGrantsView
from app.features.roles.service import RoleDesk, RoleService
from app.http.documents import ListOf, parameters
from app.http.routes import Query, Work, feature_router

router = feature_router("roles")
LIST_PROBLEMS = (CursorInvalid, FieldNotAvailable, Malformed)


def _service(work: UnitOfWork) -> RoleService:
    desk: RoleDesk = work.platform.tools[RoleDesk]
    return RoleService(work, desk)


@router.get(
    permission=Permission.ROLES_READ,
    response_model=ListOf[RoleWithGrantsView],
    problems=LIST_PROBLEMS,
    extra=parameters("limit", "cursor", "count"),
)
async def list_roles(asked: Query, work: Work) -> Listed:
    """List the roles by code, retired ones too, with what they grant and how many hold them."""
    return await _service(work).page(asked)


@router.post(
    permission=Permission.ROLES_WRITE,
    response_model=RoleWithGrantsView,
    status=201,
    problems=(RoleCodeTaken, Malformed),
)
async def create_role(new: NewRole, work: Work) -> Shown:
    """Begin a role: it grants nothing until its draft is filled and published.

    The code stands in the audit; it never changes and is never given twice.
    """
    return await _service(work).create(new.code, new.en, new.zh)


@router.get("/matrix", permission=Permission.ROLES_READ, response_model=MatrixView)
async def get_role_matrix(work: Work) -> Shown:
    """Show which role may call which operation, by what is in force now.

    An operation on a record is closed to a role that has no field of it, to see or to reveal. Which
    customers and fields an operation then shows is the grants' matter.
    """
    return await _service(work).matrix()


@router.get(
    "/{code}",
    permission=Permission.ROLES_READ,
    response_model=RoleWithGrantsView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_role(code: str, work: Work) -> Shown:
    """Show a role as it is in force: operations, grants, reach, and how many hold it."""
    return await _service(work).get(code)


@router.get(
    "/{code}/versions",
    permission=Permission.ROLES_READ,
    response_model=ListOf[RoleVersionView],
    problems=(NotFound, *LIST_PROBLEMS),
    extra=parameters("limit", "cursor"),
)
async def list_role_versions(code: str, asked: Query, work: Work) -> Listed:
    """List every version that was in force, newest first, with who published it and why."""
    return await _service(work).versions(code, asked)


@router.post(
    "/{code}/retire",
    permission=Permission.ROLES_PUBLISH,
    step_up=StepUp.ALWAYS,
    response_model=RoleWithGrantsView,
    problems=(NotFound, RoleHeld, RoleIsYourOwn, RoleRetired),
)
async def retire_role(code: str, work: Work) -> Shown:
    """Take a role out of use for good; refused while anybody who has not left holds it."""
    return await _service(work).retire(code)
