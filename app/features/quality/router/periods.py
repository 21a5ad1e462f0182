"""Routes of freshness periods, and of what counts for completeness."""

from app.core.permissions import Permission
from app.core.problems import Malformed, NotFound
from app.core.views import Listed, Nothing, Shown
from app.features.quality.problems import QualityRuleCodeTaken
from app.features.quality.router.rules import CHANGING, LISTING
from app.features.quality.schemas import (
    CompletenessRuleChange,
    FreshnessRuleChange,
    NewCompletenessRule,
    NewFreshnessRule,
    QualityRuleView,
)
from app.features.quality.service import Family, QualityRuleService
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, IfMatch, Query, Work

freshness = FeatureRouter("/v1/freshness-rules", "quality")
completeness = FeatureRouter("/v1/completeness-rules", "quality")


def _periods(work: Work) -> QualityRuleService:
    return QualityRuleService(work, Family.FRESHNESS)


def _weights(work: Work) -> QualityRuleService:
    return QualityRuleService(work, Family.WEIGHTS)


@freshness.get(
    permission=Permission.QUALITY_READ,
    response_model=ListOf[QualityRuleView],
    problems=LISTING,
    extra=parameters("limit", "cursor", "count"),
)
async def list_freshness_rules(asked: Query, work: Work) -> Listed:
    """List for how long each field group stays fresh, by code."""
    return await _periods(work).page(asked)


@freshness.post(
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    status=201,
    problems=(QualityRuleCodeTaken, Malformed),
)
async def create_freshness_rule(new: NewFreshnessRule, work: Work) -> Shown:
    """Say for how many days a field group stays fresh (kind `freshness`), for which tiers."""
    return await _periods(work).create(new)


@freshness.get(
    "/{code}",
    permission=Permission.QUALITY_READ,
    response_model=QualityRuleView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_freshness_rule(code: str, work: Work) -> Shown:
    """Show a rule of freshness."""
    return await _periods(work).get(code)


@freshness.patch(
    "/{code}",
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    problems=CHANGING,
)
async def change_freshness_rule(
    code: str, seen: IfMatch, change: FreshnessRuleChange, work: Work
) -> Shown:
    """Edit a period; the group never changes."""
    return await _periods(work).change(code, seen, change.values())


@freshness.delete("/{code}", permission=Permission.QUALITY_MANAGE, problems=CHANGING)
async def remove_freshness_rule(code: str, seen: IfMatch, work: Work) -> Nothing:
    """Remove a rule of freshness."""
    await _periods(work).remove(code, seen)
    return Nothing()


@completeness.get(
    permission=Permission.QUALITY_READ,
    response_model=ListOf[QualityRuleView],
    problems=LISTING,
    extra=parameters("limit", "cursor", "count"),
)
async def list_completeness_rules(asked: Query, work: Work) -> Listed:
    """List how much each field counts, by code; of several the closest scope decides."""
    return await _weights(work).page(asked)


@completeness.post(
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    status=201,
    problems=(QualityRuleCodeTaken, Malformed),
)
async def create_completeness_rule(new: NewCompletenessRule, work: Work) -> Shown:
    """Say how much each field counts for completeness (kind `weights`), by kind and tier."""
    return await _weights(work).create(new)


@completeness.get(
    "/{code}",
    permission=Permission.QUALITY_READ,
    response_model=QualityRuleView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_completeness_rule(code: str, work: Work) -> Shown:
    """Show a rule of completeness."""
    return await _weights(work).get(code)


@completeness.patch(
    "/{code}",
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    problems=CHANGING,
)
async def change_completeness_rule(
    code: str, seen: IfMatch, change: CompletenessRuleChange, work: Work
) -> Shown:
    """Edit weights; fields that you name with null count no more."""
    return await _weights(work).change(code, seen, change.values())


@completeness.delete("/{code}", permission=Permission.QUALITY_MANAGE, problems=CHANGING)
async def remove_completeness_rule(code: str, seen: IfMatch, work: Work) -> Nothing:
    """Remove a rule of completeness."""
    await _weights(work).remove(code, seen)
    return Nothing()
