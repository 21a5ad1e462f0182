"""Routes of validation rules."""

from typing import Final

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
from app.features.quality.problems import QualityRuleCodeTaken
from app.features.quality.schemas import (
    NewQualityRule,
    QualityRuleChange,
    QualityRuleView,
    RuleImport,
    RuleImportAnswer,
)
from app.features.quality.service import Family, QualityRuleService, RuleImportService
from app.http.documents import ListOf, parameters, table_body
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("/v1/validation-rules", "quality")
CHANGING: Final = (NotFound, Stale, IfMatchMissing, Malformed)
LISTING: Final = (CursorInvalid, FieldNotAvailable, Malformed)
TABLE: Final = (
    "code,en,zh,kind,field,stage,from,severity\n"
    "phone_of_existing,Customers of ours need a phone,老客户必须填写手机,required_from,phone,"
    "lifecycle,existing,error\n"
)


def _service(work: Work) -> QualityRuleService:
    return QualityRuleService(work, Family.VALIDATION)


@router.get(
    permission=Permission.QUALITY_READ,
    response_model=ListOf[QualityRuleView],
    problems=LISTING,
    extra=parameters("limit", "cursor", "count"),
)
async def list_validation_rules(asked: Query, work: Work) -> Listed:
    """List the rules by code, but for those about fields that are hidden from you."""
    return await _service(work).page(asked)


@router.post(
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    status=201,
    problems=(QualityRuleCodeTaken, Malformed),
)
async def create_validation_rule(new: NewQualityRule, work: Work) -> Shown:
    """Add a rule, in force everywhere within a second.

    What breaks an `error` is refused to those who see all its fields; of others it is an issue, as
    every breach of a `warning` is. Who manages some departments names those.
    """
    return await _service(work).create(new)


@router.post(
    "/import",
    cost=20,
    permission=Permission.QUALITY_MANAGE,
    response_model=RuleImportAnswer,
    problems=(FieldNotAvailable, Malformed),
    table=True,
    extra=table_body(TABLE),
)
async def import_validation_rules(given: RuleImport, work: Work) -> Listed:
    """Add up to 1,000 rules from JSON or CSV, each with its own answer; a dry run only checks.

    In CSV each parameter has a column of its own, and `;` parts several values of a cell.
    """
    return await RuleImportService(work).run(given.items, dry_run=given.dry_run)


@router.get(
    "/{code}",
    permission=Permission.QUALITY_READ,
    response_model=QualityRuleView,
    problems=(NotFound,),
    extra=parameters("if_none_match"),
)
async def get_validation_rule(code: str, work: Work) -> Shown:
    """Show a rule."""
    return await _service(work).get(code)


@router.patch(
    "/{code}",
    permission=Permission.QUALITY_MANAGE,
    response_model=QualityRuleView,
    problems=CHANGING,
)
async def change_validation_rule(
    code: str, seen: IfMatch, change: QualityRuleChange, work: Work
) -> Shown:
    """Edit a rule, or switch it on or off; which fields it is about never changes."""
    return await _service(work).change(code, seen, change.values())


@router.delete("/{code}", permission=Permission.QUALITY_MANAGE, problems=CHANGING)
async def remove_validation_rule(code: str, seen: IfMatch, work: Work) -> Nothing:
    """Remove a rule; its issues are not listed any more."""
    await _service(work).remove(code, seen)
    return Nothing()
