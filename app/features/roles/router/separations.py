"""Routes of the rules that keep two roles apart."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Nothing, Shown
from app.features.roles.problems import SeparationBroken, SeparationExists
from app.features.roles.schemas import NewSeparation, SeparationView
from app.features.roles.service import SeparationService
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, Query, Work

router = FeatureRouter("/v1/role-separations", "roles")


@router.get(
    permission=Permission.ROLES_READ,
    response_model=ListOf[SeparationView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=parameters("limit", "cursor", "count"),
)
async def list_role_separations(asked: Query, work: Work) -> Listed:
    """List the pairs of roles that may not meet in one person, oldest first."""
    return await SeparationService(work).page(asked)


@router.post(
    permission=Permission.ROLES_PUBLISH,
    response_model=SeparationView,
    status=201,
    problems=(SeparationBroken, SeparationExists, Malformed),
)
async def create_role_separation(new: NewSeparation, work: Work) -> Shown:
    """Keep two roles apart from now on; refused while somebody holds both."""
    return await SeparationService(work).create(new.roles, new.reason)


@router.delete("/{separation_id}", permission=Permission.ROLES_PUBLISH, problems=(NotFound,))
async def remove_role_separation(separation_id: UUID, work: Work) -> Nothing:
    """Let two roles meet again. A rule cannot be changed, so no `If-Match` is needed."""
    await SeparationService(work).remove(separation_id)
    return Nothing()
