"""Oneself, one's rights, and the lists of the staff."""

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.schemas import (
    MeView,
    PermissionsView,
)
from app.features.staff.service import StaffService
from app.http.documents import parameters
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("", "staff")
LISTING = parameters("limit", "cursor", "count")
LIST_PROBLEMS = (CursorInvalid, FieldNotAvailable, Malformed)


def _service(work: UnitOfWork) -> StaffService:
    directory: StaffDirectory = work.platform.tools[StaffDirectory]
    return StaffService(work, directory)


@router.get("/v1/me", permission=Permission.SIGNED_IN, response_model=MeView, problems=(NotFound,))
async def get_me(work: Work) -> Shown:
    """Show who you are: your name, your roles and your department."""
    return await _service(work).me()


@router.get("/v1/me/permissions", permission=Permission.SIGNED_IN, response_model=PermissionsView)
async def get_my_permissions(work: Work) -> Shown:
    """Show what you may do, resource by resource and field by field, so that a form can be drawn.

    Fields that you may not see are not listed: their names are as unknown ones to you.
    """
    return await _service(work).my_permissions()
