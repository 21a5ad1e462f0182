"""Routes of drafts: edit, compare, publish."""

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import IfMatchMissing, Malformed, NotFound, Stale
from app.core.views import Nothing, Shown
from app.core.work import UnitOfWork
from app.features.roles.problems import (
    DraftIsYourOwn,
    NothingToPublish,
    RoleIsYourOwn,
    RoleRetired,
    SeparationBroken,
)
from app.features.roles.schemas import (
    ComparisonView,
    DraftChange,
    DraftView,
    Publication,
    RoleWithGrantsView,
)
from app.features.roles.service import DraftService, PublishingService, RoleDesk
from app.http.documents import parameters
from app.http.routes import FeatureRouter, IfMatch, Work

router = FeatureRouter("/v1/roles/{code}/draft", "roles")
CHANGING = (NotFound, Stale, IfMatchMissing)


def _publishing(work: UnitOfWork) -> PublishingService:
    desk: RoleDesk = work.platform.tools[RoleDesk]
    return PublishingService(work, desk)


@router.get(
    permission=Permission.ROLES_READ,
    response_model=DraftView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_role_draft(code: str, work: Work) -> Shown:
    """Show the draft of a role; when none is open, what it would begin with: what is in force."""
    return await DraftService(work).get(code)


@router.patch(
    permission=Permission.ROLES_WRITE,
    response_model=DraftView,
    problems=(*CHANGING, RoleRetired, Malformed),
)
async def change_role_draft(code: str, seen: IfMatch, change: DraftChange, work: Work) -> Shown:
    """Change the draft of a role, or open it; nothing of it is in force.

    `grants` and `permissions` replace what was there. Unknown groups, fields, operations, members
    and values are refused by pointer.
    """
    return await DraftService(work).change(code, seen, change.values())


@router.delete(permission=Permission.ROLES_WRITE, problems=CHANGING)
async def remove_role_draft(code: str, seen: IfMatch, work: Work) -> Nothing:
    """Drop the open draft of a role; what is in force stays."""
    await DraftService(work).discard(code, seen)
    return Nothing()


@router.get(
    "/comparison",
    cost=5,
    permission=Permission.ROLES_READ,
    response_model=ComparisonView,
    problems=(NotFound,),
)
async def get_role_draft_comparison(code: str, work: Work) -> Shown:
    """Show what publishing would change: field by field, operation by operation, for how many.

    Each change of a field says before and after in both languages: reading, writing, revealing.
    """
    return await _publishing(work).comparison(code)


@router.post(
    "/publish",
    permission=Permission.ROLES_PUBLISH,
    step_up=StepUp.ALWAYS,
    response_model=RoleWithGrantsView,
    problems=(
        *CHANGING,
        DraftIsYourOwn,
        NothingToPublish,
        RoleIsYourOwn,
        RoleRetired,
        SeparationBroken,
    ),
)
async def publish_role_draft(
    code: str, seen: IfMatch, publication: Publication, work: Work
) -> Shown:
    """Put the draft in force, exactly as `If-Match` says you saw it; every process obeys at once.

    Whoever edited it leaves that to somebody else who may. Nobody changes a role of their own.
    """
    return await _publishing(work).publish(code, seen, publication.note)
