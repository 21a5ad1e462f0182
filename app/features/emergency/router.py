"""Routes of emergency access."""

from uuid import UUID

from pydantic import Field

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.emergency.problems import (
    EmergencyEnded,
    EmergencyIsYourOwn,
    EmergencyNotNeeded,
    EmergencyOpenAlready,
    EmergencyOpenStill,
    EmergencyReviewed,
    EmergencyTooOften,
    NotAPerson,
)
from app.features.emergency.schemas import (
    EmergencyAccessView,
    EmergencyReview,
    NewEmergencyAccess,
)
from app.features.emergency.service import EmergencyService, ReviewService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import Query, Work, feature_router

router = feature_router("emergency-accesses", "emergency")


class EmergencyAccessPage(ListOf[EmergencyAccessView]):
    """One page of emergency accesses."""

    unreviewed: int = Field(description="How many await a review, on all pages.", examples=[1])


def _narrowing(name: str, description: str) -> dict[str, object]:
    schema = {"type": "string", "format": "uuid"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


@router.post(
    permission=Permission.EMERGENCY_OPEN,
    response_model=EmergencyAccessView,
    status=201,
    problems=(
        NotFound,
        NotAPerson,
        EmergencyNotNeeded,
        EmergencyOpenAlready,
        EmergencyTooOften,
        Malformed,
    ),
)
async def open_emergency_access(new: NewEmergencyAccess, work: Work) -> Shown:
    """Open a customer out of your reach for an hour, for yourself alone, with a reason.

    It shows what your roles show of customers within reach; nothing can be changed. Each look is on
    record as made under it, and the second officer sees it at once. Only a few in a day.
    """
    return await EmergencyService(work).open(new)


@router.get(
    permission=Permission.EMERGENCY_REVIEW,
    response_model=EmergencyAccessPage,
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={
        "parameters": [
            PARAMETERS["limit"],
            PARAMETERS["cursor"],
            _narrowing("customer_id", "Of this customer."),
            _narrowing("user_id", "Opened by this person."),
        ]
    },
)
async def list_emergency_accesses(asked: Query, work: Work) -> Listed:
    """List emergency accesses to customers within your reach, with what was read under each.

    Those that await a review come first, and of them the newest.
    """
    return await ReviewService(work).page(asked)


@router.get(
    "/{emergency_access_id}",
    permission=Permission.EMERGENCY_REVIEW,
    response_model=EmergencyAccessView,
)
async def get_emergency_access(emergency_access_id: UUID, work: Work) -> Shown:
    """Show an emergency access to a customer within your reach, with what was read under it."""
    return await ReviewService(work).get(emergency_access_id)


@router.post(
    "/{emergency_access_id}/end",
    permission=Permission.SIGNED_IN,
    response_model=EmergencyAccessView,
    problems=(NotFound, EmergencyEnded),
)
async def end_emergency_access(emergency_access_id: UUID, work: Work) -> Shown:
    """End an emergency access before its time: your own, or one that you may review.

    Within a second nothing is seen by it any more, in any process.
    """
    return await ReviewService(work).end(emergency_access_id)


@router.post(
    "/{emergency_access_id}/review",
    permission=Permission.EMERGENCY_REVIEW,
    response_model=EmergencyAccessView,
    problems=(
        NotFound,
        NotAPerson,
        EmergencyIsYourOwn,
        EmergencyOpenStill,
        EmergencyReviewed,
        Malformed,
    ),
)
async def review_emergency_access(
    emergency_access_id: UUID, review: EmergencyReview, work: Work
) -> Shown:
    """Say whether an emergency access that is over was justified: once, and never of your own."""
    return await ReviewService(work).review(emergency_access_id, review)
