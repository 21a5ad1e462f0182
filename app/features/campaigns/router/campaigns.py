"""Routes of campaigns."""

from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    Malformed,
    OperatorNotAvailable,
    Stale,
)
from app.core.views import Listed, Shown
from app.features.campaigns.models import CampaignStatus
from app.features.campaigns.problems import CampaignNotReady, CampaignOver, CampaignUnderWay
from app.features.campaigns.schemas import (
    CampaignChange,
    CampaignPageView,
    CampaignView,
    NewCampaign,
)
from app.features.campaigns.service import CampaignService
from app.features.customers.problems import DepartmentNotAvailable
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import IfMatch, Query, Work, feature_router

router = feature_router("update-campaigns", "campaigns")
WRITING = Permission.CAMPAIGNS_WRITE
SCOPE = (FieldNotAvailable, OperatorNotAvailable, DepartmentNotAvailable, Malformed)
STATUS: dict[str, Any] = {
    "name": "status",
    "in": "query",
    "description": "Those in this status.",
    "schema": {"type": "string", "enum": [status.value for status in CampaignStatus]},
}


@router.get(
    permission=WRITING,
    response_model=ListOf[CampaignView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": [PARAMETERS["limit"], PARAMETERS["cursor"], STATUS]},
)
async def list_update_campaigns(asked: Query, work: Work) -> Listed:
    """List campaigns, newest first."""
    return await CampaignService(work).page(asked)


@router.post(permission=WRITING, response_model=CampaignView, status=201, problems=SCOPE)
async def create_update_campaign(new: NewCampaign, work: Work) -> Shown:
    """Prepare a campaign: whom it is about, when it runs, and who is asked.

    A filter of names that are hidden from you is refused. When a round opens, it is about those
    in scope whom you may ask of then.
    """
    return await CampaignService(work).create(new.values())


@router.get("/{campaign_id}", permission=WRITING, response_model=CampaignPageView)
async def get_update_campaign(campaign_id: UUID, work: Work) -> Shown:
    """Show a campaign with the progress of its newest round: tasks and links, by department."""
    return await CampaignService(work).get(campaign_id)


@router.patch(
    "/{campaign_id}",
    permission=WRITING,
    response_model=CampaignView,
    problems=(Stale, CampaignUnderWay, *SCOPE),
)
async def change_update_campaign(
    campaign_id: UUID, change: CampaignChange, seen: IfMatch, work: Work
) -> Shown:
    """Change a campaign that is not running; one that was scheduled is a draft again."""
    return await CampaignService(work).change(campaign_id, seen, change.values())


@router.post(
    "/{campaign_id}/schedule",
    permission=WRITING,
    response_model=CampaignView,
    problems=(CampaignNotReady, CampaignUnderWay),
)
async def schedule_update_campaign(campaign_id: UUID, work: Work) -> Shown:
    """Let a campaign open by itself when its window comes, in your name.

    Each round goes by your rights as they are then. A recurring one opens in each window.
    """
    return await CampaignService(work).schedule(campaign_id)


@router.post(
    "/{campaign_id}/start",
    permission=WRITING,
    response_model=CampaignView,
    status=202,
    problems=(CampaignUnderWay,),
)
async def start_update_campaign(campaign_id: UUID, work: Work) -> Shown:
    """Open a round now; the job in `Location` makes tasks, sends links and tells the owners.

    It ends with the campaign's window, or after a week.
    """
    return await CampaignService(work).start(campaign_id)


@router.post(
    "/{campaign_id}/close",
    permission=WRITING,
    response_model=CampaignView,
    problems=(CampaignOver,),
)
async def close_update_campaign(campaign_id: UUID, work: Work) -> Shown:
    """End a campaign for good: open tasks are missed; links serve until their own time is over."""
    return await CampaignService(work).close(campaign_id)
