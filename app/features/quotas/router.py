"""Routes of quotas."""

from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import Malformed
from app.core.views import Listed, Shown
from app.features.quotas.problems import NoFurtherQuota
from app.features.quotas.schemas import Extension, QuotaView
from app.features.quotas.service import QuotaService
from app.http.documents import ListOf
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("/v1", "quotas")


@router.get("/me/quotas", permission=Permission.SIGNED_IN, response_model=ListOf[QuotaView])
async def list_my_quotas(work: Work) -> Listed:
    """List what you may be shown, look up and reveal today, and what is left of it.

    A customer counts once for each request that shows anything of it; refused requests count
    nothing. Beyond a quota the answer is `read-quota-spent`, and nothing is shown.
    """
    return await QuotaService(work).mine()


@router.post(
    "/me/quotas/extend",
    permission=Permission.SIGNED_IN,
    response_model=QuotaView,
    step_up=StepUp.ALWAYS,
    problems=(NoFurtherQuota, Malformed),
)
async def extend_my_quota(asked: Extension, work: Work) -> Shown:
    """Extend one of your quotas by its own size, until it renews.

    Needs a second factor shown in the last five minutes, anew for each time. Other systems, and
    people without a factor, wait.
    """
    return await QuotaService(work).extend(asked)


@router.get(
    "/users/{user_id}/quotas",
    permission=Permission.SESSIONS_MANAGE,
    response_model=ListOf[QuotaView],
)
async def list_user_quotas(user_id: UUID, work: Work) -> Listed:
    """List what a user has taken of today's quotas; needs `sessions:manage`."""
    return await QuotaService(work).of_user(user_id)
