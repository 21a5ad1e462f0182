"""Routes of the rules of alerts."""

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    IfMatchMissing,
    Malformed,
    NotFound,
    Stale,
)
from app.core.views import Listed, Nothing, Shown
from app.features.alerts.problems import AlertRuleCodeTaken, AlertRuleShipped
from app.features.alerts.schemas import AlertRuleChange, AlertRuleView, NewAlertRule
from app.features.alerts.service import AlertRuleService
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("/v1/alert-rules", "alerts")
CHANGING = (NotFound, Stale, IfMatchMissing)


@router.get(
    permission=Permission.ALERTS_MANAGE,
    response_model=ListOf[AlertRuleView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=parameters("limit", "cursor", "count"),
)
async def list_alert_rules(asked: Query, work: Work) -> Listed:
    """List the rules by code, switched off ones too."""
    return await AlertRuleService(work).page(asked)


@router.post(
    permission=Permission.ALERTS_MANAGE,
    response_model=AlertRuleView,
    status=201,
    problems=(AlertRuleCodeTaken, Malformed),
)
async def create_alert_rule(new: NewAlertRule, work: Work) -> Shown:
    """Add a rule; it counts from now on. Its kind decides which parameters it takes."""
    return await AlertRuleService(work).create(new)


@router.get(
    "/{code}",
    permission=Permission.ALERTS_MANAGE,
    response_model=AlertRuleView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_alert_rule(code: str, work: Work) -> Shown:
    """Show a rule."""
    return await AlertRuleService(work).get(code)


@router.patch(
    "/{code}",
    permission=Permission.ALERTS_MANAGE,
    response_model=AlertRuleView,
    problems=(*CHANGING, Malformed),
)
async def change_alert_rule(code: str, seen: IfMatch, change: AlertRuleChange, work: Work) -> Shown:
    """Edit a rule, or switch it on or off; the line says what it was and what it is."""
    return await AlertRuleService(work).change(code, seen, change.values())


@router.delete(
    "/{code}", permission=Permission.ALERTS_MANAGE, problems=(*CHANGING, AlertRuleShipped)
)
async def remove_alert_rule(code: str, seen: IfMatch, work: Work) -> Nothing:
    """Remove a rule of your own; a shipped one is switched off instead. Its alerts stay."""
    await AlertRuleService(work).remove(code, seen)
    return Nothing()
