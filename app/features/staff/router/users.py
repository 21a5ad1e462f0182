"""Routes of users."""

from typing import Any, Final
from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed
from app.core.views import Listed, Shown
from app.features.staff.models import UserStatus
from app.features.staff.problems import (
    DepartmentUnknown,
    LastAdministrator,
    OtherSystem,
    OwnAccount,
    RolesSeparate,
    RoleUnknown,
    StatusForbids,
    UsernameTaken,
)
from app.features.staff.router.tools import directory_of
from app.features.staff.schemas import (
    InvitedView,
    NewUser,
    UserChange,
    UserImport,
    UserImportAnswer,
    UserView,
    WholeUserView,
)
from app.features.staff.service import UserImportService, UserService
from app.http.documents import ListOf, parameters, table_body
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("/v1/users", "staff")


def _filter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


STATUSES: Final = [status.value for status in UserStatus]
FILTERS: Final = [
    _filter("status", "Users of this status.", type="string", enum=STATUSES),
    _filter("role", "Users who have this role.", type="string"),
    _filter("department_id", "Users who belong to it.", type="string", format="uuid"),
    _filter("q", "How a user name, or a part of a display name, begins.", type="string"),
]
LISTING: Final = {"parameters": [*parameters("limit", "cursor", "count")["parameters"], *FILTERS]}


def _service(work: Work) -> UserService:
    return UserService(work, directory_of(work))


@router.get(
    permission=Permission.STAFF_READ,
    response_model=ListOf[UserView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=LISTING,
)
async def list_users(asked: Query, work: Work) -> Listed:
    """List the users by name; needs `staff:read`."""
    return await _service(work).page(asked)


@router.post(
    permission=Permission.STAFF_WRITE,
    step_up=StepUp.AT_TIMES,
    response_model=InvitedView,
    status=201,
    problems=(UsernameTaken, RoleUnknown, RolesSeparate, DepartmentUnknown),
)
async def create_user(new: NewUser, work: Work) -> Shown:
    """Invite a person: the account is open once the invitation is accepted.

    The link goes to the user by mail. Where there is no mail server, or no address, the answer
    shows its token, this once: hand it over yourself. It can be used once, within seven days.
    A role that reveals or administers is given by those alone who have just shown their second
    factor, if they have one.
    """
    return await _service(work).invite(new.values())


@router.post(
    "/import",
    cost=50,
    permission=Permission.STAFF_WRITE,
    step_up=StepUp.AT_TIMES,
    response_model=UserImportAnswer,
    seconds=30.0,
    table=True,
    extra=table_body(
        "username,display_name,department,roles\r\nlin.xiao,林晓,SH-SALES,sales;service\r\n"
    ),
)
async def import_users(given: UserImport, work: Work) -> Listed:
    """Invite up to 1,000 persons, each with its own answer; a dry run only checks.

    Departments are named by code, or by a name that only one of them has; in CSV, `;` parts
    several. A user name that is taken is refused, so the same list may be sent again to go on.
    """
    service = UserImportService(work, directory_of(work))
    return await service.run(given.items, dry_run=given.dry_run)


@router.get("/{user_id}", permission=Permission.STAFF_READ, response_model=WholeUserView)
async def get_user(user_id: UUID, work: Work) -> Shown:
    """Show a user with mail address and status; needs `staff:read`."""
    return await _service(work).get(user_id)


@router.patch(
    "/{user_id}",
    permission=Permission.STAFF_WRITE,
    step_up=StepUp.AT_TIMES,
    response_model=WholeUserView,
    problems=(
        RoleUnknown,
        RolesSeparate,
        DepartmentUnknown,
        OwnAccount,
        OtherSystem,
        LastAdministrator,
        StatusForbids,
    ),
)
async def change_user(user_id: UUID, change: UserChange, if_match: IfMatch, work: Work) -> Shown:
    """Change a user; other rights take effect within a second, and end the tokens issued before.

    Nobody changes their own roles or departments, and the last administrator stays one. Whoever has
    a second factor shows it anew to give a role that reveals or administers.
    """
    return await _service(work).change(user_id, if_match, change.values())


@router.post(
    "/{user_id}/invite",
    permission=Permission.STAFF_WRITE,
    response_model=InvitedView,
    problems=(StatusForbids, OtherSystem),
)
async def invite_user(user_id: UUID, work: Work) -> Shown:
    """Draw a new link for somebody who is invited; the one before is of no use any more."""
    return await _service(work).renew(user_id)


@router.post(
    "/{user_id}/suspend",
    permission=Permission.STAFF_WRITE,
    response_model=WholeUserView,
    problems=(StatusForbids, OwnAccount, OtherSystem, LastAdministrator),
)
async def suspend_user(user_id: UUID, work: Work) -> Shown:
    """Keep a user out until further notice: tokens end within a second, an invitation at once."""
    return await _service(work).suspend(user_id)


@router.post(
    "/{user_id}/reactivate",
    permission=Permission.STAFF_WRITE,
    response_model=WholeUserView,
    problems=(StatusForbids, OwnAccount, OtherSystem),
)
async def reactivate_user(user_id: UUID, work: Work) -> Shown:
    """Let a suspended user in again, with the password as before.

    Who never chose one is `invited` again, and needs a new link.
    """
    return await _service(work).reactivate(user_id)
