"""Routes of the quality of a customer, and of the figures of departments."""

from typing import Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.quality.schemas import CustomerQualityView, FigureView
from app.features.quality.service import FigureService, ScoreService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import FeatureRouter, Query, Work

scores = FeatureRouter("/v1/customers", "quality")
figures = FeatureRouter("/v1/quality/figures", "quality")
DAY: Final = {"type": "string", "format": "date"}
LISTING: Final = [
    PARAMETERS["limit"],
    PARAMETERS["cursor"],
    {
        "name": "department_id",
        "in": "query",
        "description": "Of this department alone.",
        "schema": {"type": "string", "format": "uuid"},
    },
    {"name": "from", "in": "query", "description": "The first day.", "schema": DAY},
    {"name": "to", "in": "query", "description": "The last day; today.", "schema": DAY},
]


@scores.get(
    "/{customer_id}/quality",
    permission=Permission.QUALITY_READ,
    response_model=CustomerQualityView,
    problems=(NotFound,),
)
async def get_customer_quality(customer_id: UUID, work: Work) -> Shown:
    """Show how whole, valid and fresh a customer is, with reasons, by the fields that you see.

    Whether a hidden field is filled makes no difference to it.
    """
    return await ScoreService(work).get(customer_id)


@figures.get(
    permission=Permission.QUALITY_READ,
    response_model=ListOf[FigureView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": LISTING},
)
async def list_quality_figures(asked: Query, work: Work) -> Listed:
    """List the figures of departments that you reach whole, day by day, for 30 days unless said.

    Of fewer than five customers the parts are told only to those who see all that they count.
    """
    return await FigureService(work).page(asked)
