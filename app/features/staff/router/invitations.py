"""The route by which an invitation is accepted."""

from app.core.passwords import Passwords
from app.core.problems import NotNow
from app.core.views import Shown
from app.features.staff.problems import InvitationRefused
from app.features.staff.router.tools import directory_of
from app.features.staff.schemas import Acceptance, AcceptedView
from app.features.staff.service import InvitationService
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("/v1/invitations", "staff")


@router.post(
    "/accept",
    permission=None,
    response_model=AcceptedView,
    problems=(InvitationRefused, NotNow),
    changes=False,
)
async def accept_invitation(acceptance: Acceptance, work: Work) -> Shown:
    """Accept an invitation: choose a password, and sign in with it from then on.

    Needs no token but the one of the link. Unknown, used and expired links get one answer.
    """
    service = InvitationService(work, directory_of(work), work.platform.tools[Passwords])
    return await service.accept(acceptance.token, acceptance.password)
