"""Routes of issues: what does not meet a rule, and who sets it aside."""

from typing import Any, Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.quality.models import IssueKind, IssueState
from app.features.quality.problems import IssueSettled
from app.features.quality.schemas import IssueView
from app.features.quality.service import IssueService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import FeatureRouter, Query, Work

router = FeatureRouter("/v1/quality-issues", "quality")


def _narrowing(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


LISTING: Final = [
    PARAMETERS["limit"],
    PARAMETERS["cursor"],
    _narrowing("kind", "Of this kind.", type="string", enum=[*IssueKind]),
    _narrowing("state", "In this state; open ones unless said.", type="string", enum=[*IssueState]),
    _narrowing("rule", "Of the rule of this code.", type="string"),
    _narrowing("department_id", "Of this department.", type="string", format="uuid"),
    _narrowing("owner_id", "Of this owner.", type="string", format="uuid"),
    _narrowing("customer_id", "Of this customer.", type="string", format="uuid"),
]


@router.get(
    permission=Permission.QUALITY_READ,
    response_model=ListOf[IssueView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": LISTING},
)
async def list_quality_issues(asked: Query, work: Work) -> Listed:
    """List what does not meet the rules, within your reach, the newest first.

    An issue is there only for those who see all fields that it tells something of. It closes by
    itself within seconds of being fixed.
    """
    return await IssueService(work).page(asked)


@router.post(
    "/{issue_id}/ignore",
    permission=Permission.QUALITY_MANAGE,
    response_model=IssueView,
    problems=(NotFound, IssueSettled),
)
async def ignore_quality_issue(issue_id: UUID, work: Work) -> Shown:
    """Set an open issue aside; it stays so while the rule is not met."""
    return await IssueService(work).ignore(issue_id)


@router.post(
    "/{issue_id}/open",
    permission=Permission.QUALITY_MANAGE,
    response_model=IssueView,
    problems=(NotFound, IssueSettled),
)
async def open_quality_issue(issue_id: UUID, work: Work) -> Shown:
    """Take an ignored issue up again."""
    return await IssueService(work).open(issue_id)
