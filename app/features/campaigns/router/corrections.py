"""Routes of corrections under review."""

from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    Malformed,
    NotPermitted,
    Stale,
)
from app.core.views import Listed, Shown
from app.features.campaigns.models import CorrectionStatus
from app.features.campaigns.problems import CorrectionSettled
from app.features.campaigns.schemas import CorrectionApproval, CorrectionSummaryView, CorrectionView
from app.features.campaigns.service import CorrectionService
from app.features.customers.problems import CustomerArchived
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import IfMatch, Query, Work, feature_router

router = feature_router("customer-corrections", "campaigns")
REVIEWING = Permission.CORRECTIONS_REVIEW
DECIDING = (CorrectionSettled, Stale, NotPermitted)
ID = {"type": "string", "format": "uuid"}


def _narrowing(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


@router.get(
    permission=REVIEWING,
    response_model=ListOf[CorrectionSummaryView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={
        "parameters": [
            PARAMETERS["limit"],
            PARAMETERS["cursor"],
            _narrowing(
                "status",
                "Those in this status.",
                {"type": "string", "enum": [status.value for status in CorrectionStatus]},
            ),
            _narrowing("campaign_id", "Those of this campaign.", ID),
            _narrowing("customer_id", "Those of this customer.", ID),
        ]
    },
)
async def list_customer_corrections(asked: Query, work: Work) -> Listed:
    """List what customers within your reach want corrected, oldest first, without the values."""
    return await CorrectionService(work).page(asked)


@router.get("/{correction_id}", permission=REVIEWING, response_model=CorrectionView)
async def get_customer_correction(correction_id: UUID, work: Work) -> Shown:
    """Show a correction field by field: before, now, after; fields hidden from you are left out."""
    return await CorrectionService(work).get(correction_id)


@router.post(
    "/{correction_id}/approve",
    permission=REVIEWING,
    response_model=CorrectionView,
    problems=(*DECIDING, FieldNotAvailable, FieldReadOnly, CustomerArchived, Malformed),
)
async def approve_customer_correction(
    correction_id: UUID, approval: CorrectionApproval, seen: IfMatch, work: Work
) -> Shown:
    """Take a correction over, in all or in part; for who may write each of these fields.

    `If-Match` is the ETag of the correction as you saw it: 412 when the customer was changed since,
    so look again. Fields that you do not name are given up.
    """
    return await CorrectionService(work).approve(correction_id, seen, approval.fields)


@router.post(
    "/{correction_id}/reject",
    permission=REVIEWING,
    response_model=CorrectionView,
    problems=DECIDING,
)
async def reject_customer_correction(correction_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Leave the customer as it is; its owner is asked again."""
    return await CorrectionService(work).reject(correction_id, seen)
