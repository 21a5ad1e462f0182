"""Quality rules as data: what makes the record of a customer valid, whole and fresh.

They stand here, below the features, since customers are written by them (app/core/standards.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy import PrimaryKeyConstraint as PrimaryKey
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.fields import Field as Entry
from app.core.records import READ_WRITE, RESOURCES, Placement, metadata, place

QUALITY_RULES: Final = place(
    Table(
        "quality_rules",
        metadata,
        Column("code", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("resource", Text, nullable=False),
        Column("parameters", JSONB, nullable=False),
        Column("severity", Text, nullable=False),
        Column("kinds", ARRAY(Text), nullable=False),
        Column("tiers", ARRAY(Text), nullable=False),
        Column("departments", ARRAY(Uuid), nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("changed_by", Uuid),
        PrimaryKey("code"),
        CheckConstraint("severity in ('error', 'warning')", name="ck_quality_rules_severity"),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)
Form = Literal["phone", "email", "url", "postcode_cn", "credit_code", "resident_id", "qq", "wechat"]
Characters = Literal["digits", "latin", "han", "space", "hyphen", "punctuation"]
Stage = Literal["status", "lifecycle", "trade_stage"]
Operator = Literal["lt", "lte", "eq", "ne", "gte", "gt"]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Bound = Annotated[str, Field(min_length=1, max_length=40)] | int
# What is measured of a customer; the stages of each course, from the first on.
MEASURED: Final = ("customers", "person-profiles", "organization-profiles")
STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("prospect", "active", "inactive"),
    "lifecycle": ("future", "new", "existing"),
    "trade_stage": ("upcoming", "current", "past"),
}
VERIFIED: Final = "customers.last_verified_at"


class StandardKind(StrEnum):
    """What a rule asks for."""

    FORMAT = "format"
    RANGE = "range"
    REQUIRED_FROM = "required_from"
    CROSS_FIELD = "cross_field"
    FRESHNESS = "freshness"
    WEIGHTS = "weights"


VALIDATION: Final = frozenset(
    {StandardKind.FORMAT, StandardKind.RANGE, StandardKind.REQUIRED_FROM, StandardKind.CROSS_FIELD}
)


class StandardSeverity(StrEnum):
    """Whether a breach is refused, or only told."""

    ERROR = "error"
    WARNING = "warning"


class Parameters(BaseModel):
    """What a rule is told; unknown members are refused. What `is_fixed` says never changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def fixed(self) -> Mapping[str, Any]:
        """Return which fields it is about: another field is another rule."""
        return {
            n: getattr(self, n) for n in ("field", "other", "stage", "group") if hasattr(self, n)
        }


class FormatParameters(Parameters):
    """A text has a form of the catalogue, a length, or these characters alone; no patterns."""

    field: Name
    form: Form | None = None
    least_length: int | None = Field(None, ge=0, le=2000)
    most_length: int | None = Field(None, ge=1, le=2000)
    characters: list[Characters] = Field(default_factory=list, max_length=6)
    begins_with: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(
        default_factory=list, max_length=50
    )


class RangeParameters(Parameters):
    """A number or a day is within bounds; `today` stands for the day of the check."""

    field: Name
    least: Bound | None = None
    most: Bound | None = None


class RequiredFromParameters(Parameters):
    """A field is filled from a stage of a course on."""

    field: Name
    stage: Stage
    from_: str = Field(alias="from", max_length=20)

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class CrossFieldParameters(Parameters):
    """Two fields of the same kind and record compare so, where both are filled."""

    field: Name
    operator: Operator
    other: Name


class FreshnessParameters(Parameters):
    """A field group was changed, or the customer verified, in so many days."""

    group: Name
    days: int = Field(ge=1, le=36500)


class WeightsParameters(Parameters):
    """How much each field counts for completeness."""

    weights: dict[Annotated[str, Field(max_length=80)], Annotated[int, Field(ge=1, le=100)]] = (
        Field(min_length=1, max_length=100)
    )


PARAMETERS: Final[Mapping[StandardKind, type[Parameters]]] = {
    StandardKind.FORMAT: FormatParameters,
    StandardKind.RANGE: RangeParameters,
    StandardKind.REQUIRED_FROM: RequiredFromParameters,
    StandardKind.CROSS_FIELD: CrossFieldParameters,
    StandardKind.FRESHNESS: FreshnessParameters,
    StandardKind.WEIGHTS: WeightsParameters,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """A rule, in force while `enabled`, for customers of these kinds, tiers and departments."""

    code: str
    en: str
    zh: str
    kind: StandardKind
    resource: str
    parameters: Any
    severity: StandardSeverity
    kinds: tuple[str, ...]
    tiers: tuple[str, ...]
    departments: tuple[UUID, ...]
    enabled: bool
    version: int
    changed_at: datetime
    changed_by: UUID | None

    @property
    def scope(self) -> dict[str, tuple[Any, ...]]:
        """Return by member of the customer which values it is for."""
        given = {"kind": self.kinds, "tier": self.tiers, "department_id": self.departments}
        return {name: values for name, values in given.items() if values}

    @property
    def own(self) -> tuple[str, ...]:
        """The fields that it is about, by path; the first is where a breach shows."""
        told = self.parameters
        if isinstance(told, WeightsParameters):
            return tuple(told.weights)
        if isinstance(told, FreshnessParameters):
            return (*paths_of(told.group), VERIFIED)
        names = [told.field, *([told.other] if isinstance(told, CrossFieldParameters) else [])]
        stage = [f"customers.{told.stage}"] if isinstance(told, RequiredFromParameters) else []
        return (*(f"{self.resource}.{name}" for name in names), *stage)

    @property
    def paths(self) -> tuple[str, ...]:
        """All fields that a breach tells something of: who misses one of them hears nothing."""
        return (*self.own, *(f"customers.{name}" for name in self.scope))

    def entries(self) -> list[Entry]:
        """Return the catalogue's entries of all its fields."""
        return [entry for path in self.paths if (entry := entry_of(path)) is not None]

    def is_for(self, customer: Mapping[str, Any]) -> bool:
        """Whether it is for a customer with these values; what is not known is not one."""
        return all(
            str(customer.get(name)) in {str(value) for value in values}
            for name, values in self.scope.items()
        )


def entry_of(path: str) -> Entry | None:
    """Return the settable or told field of a path such as `customers.phone`, if it is measured."""
    resource, _, name = path.partition(".")
    return RESOURCES[resource].fields.get(name) if resource in MEASURED else None


def paths_of(group: str) -> tuple[str, ...]:
    """Return the settable fields of a group."""
    return tuple(
        entry.path
        for resource in MEASURED
        for entry in RESOURCES[resource].fields.values()
        if entry.group.name == group and not entry.owned
    )


def told_of(parameters: Any) -> dict[str, Any]:
    """Return parameters as they are stored and shown."""
    return dict(parameters.model_dump(by_alias=True))


OPERATORS: Final = get_args(Operator)
