"""What comes in and what leaves about quality."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.core import kinds
from app.core.kinds import Invalid, text
from app.core.paging import Asked
from app.core.problems import Fault, Malformed
from app.core.quality_rules import QualityRule, StandardKind, StandardSeverity, told_of
from app.core.schemas import Input, ItemProblem, Tagged
from app.features.quality.models import IssueKind, IssueState

LONGEST_LABEL: Final = 200
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
Resource = Literal["customers", "person-profiles", "organization-profiles"]
SeverityName = Literal["error", "warning"]
KindName = Literal["format", "range", "required_from", "cross_field", "freshness", "weights"]
NEVER: Final = "What it asks for; it never changes."
TOLD: Final = "As the kind has them (docs/quality.md)."
PHONE: Final = {"field": "phone", "stage": "lifecycle", "from": "existing"}


def is_code(name: str) -> bool:
    """Whether this can be the code of a rule."""
    return CODE.fullmatch(name) is not None


def _said(value: str) -> str:
    try:
        said: str = text(max_length=LONGEST_LABEL).normalise(value)
    except Invalid as refused:
        raise PydanticCustomError(refused.code, "not plain text") from None
    return said


Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_said)]
Id = Annotated[Any, kinds.UUID.validator, WithJsonSchema(dict(kinds.UUID.schema))]
Told = Annotated[dict[str, Any], Field(max_length=120)]
Kinds = Annotated[list[Literal["person", "organization"]], Field(max_length=2)]
Tiers = Annotated[list[Literal["A", "B", "C", "D"]], Field(max_length=4)]
Departments = Annotated[list[Id], Field(max_length=200)]


class NewQualityRule(Input):
    """A rule; where kinds, tiers or departments are named it is for these alone."""

    code: str = Field(
        max_length=60,
        description="Small letters, digits and `_`; it never changes.",
        examples=["phone_of_existing"],
    )
    en: Label = Field(examples=["Customers of ours need a phone"])
    zh: Label = Field(examples=["老客户必须填写手机"])
    kind: KindName = Field(description=NEVER, examples=["required_from"])
    resource: Resource = Field("customers", description="The record that it is about.")
    parameters: Told = Field(description=TOLD, examples=[PHONE])
    severity: SeverityName = Field("warning", description="What breaks an `error` is refused.")
    kinds: Kinds = Field(default_factory=list, examples=[["person"]])
    tiers: Tiers = Field(default_factory=list, examples=[["A", "B"]])
    departments: Departments = Field(default_factory=list, examples=[[]])
    enabled: bool = Field(default=True)


class RuleItem(NewQualityRule):
    """A rule of an import."""


class NewFreshnessRule(NewQualityRule):
    """For how long a field group stays fresh."""

    code: str = Field(max_length=60, examples=["contact_fresh"])
    en: Label = Field(examples=["Contact data stay fresh for half a year"])
    zh: Label = Field(examples=["联系资料半年内有效"])
    kind: Literal["freshness"] = Field(description=NEVER, examples=["freshness"])
    parameters: Told = Field(description=TOLD, examples=[{"group": "contact", "days": 180}])


class NewCompletenessRule(NewQualityRule):
    """How much each field counts."""

    code: str = Field(max_length=60, examples=["contact_counts"])
    en: Label = Field(examples=["A phone counts three times"])
    zh: Label = Field(examples=["手机权重为三"])
    kind: Literal["weights"] = Field(description=NEVER, examples=["weights"])
    parameters: Told = Field(description=TOLD, examples=[{"weights": {"customers.phone": 3}}])


class QualityRuleChange(Input):
    """A merge patch of a rule; a parameter that is null is left out from then on."""

    en: Label = Field("", examples=["Customers of ours need a phone"])
    zh: Label = Field("", examples=["老客户必须填写手机"])
    parameters: Told = Field(default_factory=dict, description=TOLD, examples=[{"from": "new"}])
    severity: SeverityName = Field("warning", examples=["error"])
    kinds: Kinds = Field(default_factory=list, examples=[["person"]])
    tiers: Tiers = Field(default_factory=list, examples=[["A"]])
    departments: Departments = Field(default_factory=list, examples=[[]])
    enabled: bool = Field(default=True, examples=[True])


class FreshnessRuleChange(QualityRuleChange):
    """A merge patch of a period."""

    parameters: Told = Field(default_factory=dict, description=TOLD, examples=[{"days": 90}])


class CompletenessRuleChange(QualityRuleChange):
    """A merge patch of weights."""

    parameters: Told = Field(
        default_factory=dict,
        description=TOLD,
        examples=[{"weights": {"customers.email": 2}}],
    )


class RuleImport(Input):
    """Up to 1,000 rules; a dry run changes nothing."""

    items: list[dict[str, object]] = Field(
        min_length=1,
        max_length=1000,
        description="Each as NewQualityRule.",
        examples=[[{"code": "phone_of_existing", "kind": "required_from", "parameters": PHONE}]],
    )
    dry_run: bool = False


class RuleImportResult(BaseModel):
    """What became of one rule, in the order sent."""

    status: int = Field(description="201, or the status of the problem.", examples=[201])
    code: str | None = Field(None, description="None in a dry run.")
    problem: ItemProblem | None = None


class RuleImportAnswer(BaseModel):
    """An answer for each item."""

    items: list[RuleImportResult]


class QualityRuleView(Tagged):
    """A rule, in force while `enabled`."""

    code: str = Field(examples=["phone_of_existing"])
    en: str = Field(examples=["Customers of ours need a phone"])
    zh: str = Field(examples=["老客户必须填写手机"])
    kind: StandardKind = Field(examples=["required_from"])
    resource: Resource = Field(examples=["customers"])
    parameters: dict[str, Any] = Field(examples=[PHONE])
    severity: StandardSeverity = Field(examples=["error"])
    kinds: list[str] = Field(examples=[[]])
    tiers: list[str] = Field(examples=[["A"]])
    departments: list[UUID] = Field(examples=[[]])
    enabled: bool = Field(examples=[True])
    version: int = Field(description="Counted up with every change.", examples=[1])
    changed_at: datetime
    changed_by: UUID | None


class ScoreReason(BaseModel):
    """A rule that is not met."""

    rule: str = Field(examples=["phone_of_existing"])
    en: str
    zh: str
    severity: StandardSeverity
    fields: list[str] = Field(examples=[["customers.phone", "customers.lifecycle"]])


class PartsView(BaseModel):
    """The parts of a score, each of 100; null where nothing of it is seen, or asked for."""

    completeness: int | None = Field(examples=[80])
    validity: int | None = Field(examples=[100])
    freshness: int | None = Field(examples=[50])


class CustomerQualityView(BaseModel):
    """The quality of a customer by the fields that you see."""

    customer_id: UUID
    score: int | None = Field(examples=[82])
    parts: PartsView
    missing: list[str] = Field(description="Fields that are empty.", examples=[["customers.email"]])
    broken: list[ScoreReason]
    stale: list[ScoreReason]


class IssueView(BaseModel):
    """A customer that does not meet a rule."""

    issue_id: UUID
    customer_id: UUID
    owner_id: UUID | None
    department_id: UUID | None
    rule: str = Field(examples=["phone_of_existing"])
    en: str
    zh: str
    kind: IssueKind = Field(examples=["invalid"])
    severity: StandardSeverity = Field(examples=["error"])
    fields: list[str] = Field(examples=[["customers.phone"]])
    state: IssueState = Field(examples=["open"])
    opened_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None = Field(description="Nobody, where it was fixed.")


class FigureView(BaseModel):
    """How the customers of a department were on a day; parts are averages of 100."""

    day: date = Field(examples=["2026-11-24"])
    department_id: UUID
    customers: int = Field(examples=[1200])
    completeness: int | None = Field(examples=[84])
    validity: int | None = Field(examples=[97])
    freshness: int | None = Field(examples=[71])
    score: int | None = Field(examples=[85])
    doubles: int = Field(description="Pairs that may be doubles and are open.", examples=[12])


def shown_rule(rule: QualityRule) -> dict[str, Any]:
    """Return a rule as it leaves."""
    values = {name: getattr(rule, name) for name in QualityRuleView.model_fields}
    return values | {
        "parameters": told_of(rule.parameters),
        "kinds": [*rule.kinds],
        "tiers": [*rule.tiers],
        "departments": [str(one) for one in rule.departments],
        "changed_by": str(rule.changed_by) if rule.changed_by else None,
    }


CHOICES: Final = {
    "kind": frozenset(one.value for one in IssueKind),
    "state": frozenset(one.value for one in IssueState),
}
IDS: Final = frozenset({"department_id", "owner_id", "customer_id"})
ISSUE_FILTERS: Final = ("kind", "state", "rule", *sorted(IDS))


def read_issue_filters(asked: Asked) -> dict[str, Any]:
    """Read by what issues are narrowed; raises FieldNotAvailable and Malformed."""
    asked.only("limit", "cursor", *ISSUE_FILTERS)
    found = {name: _read(name, given) for name in ISSUE_FILTERS if (given := asked.one(name))}
    return {"state": IssueState.OPEN.value, **found}


def _read(name: str, given: str) -> Any:
    if name in IDS:
        try:
            return kinds.UUID.normalise(given)
        except Invalid as refused:
            raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    allowed = CHOICES.get(name)
    if not (is_code(given) if allowed is None else given in allowed):
        raise Malformed(faults=[Fault(f"/{name}", "choice-unknown")])
    return given
