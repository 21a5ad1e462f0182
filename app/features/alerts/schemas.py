"""What comes in and what leaves about alerts and their rules."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from app.core import kinds
from app.core.kinds import Invalid, text
from app.core.paging import Asked
from app.core.problems import Fault, Malformed
from app.core.schemas import Input, Tagged
from app.features.alerts.models import AlertState, Severity, Verdict
from app.features.alerts.parameters import RuleKind

LONGEST_LABEL: Final = 100
LONGEST_NOTE: Final = 500
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
VOLUME: Final = {"floor": 200, "factor": 3.0, "who": "all"}
EVIDENCE: Final = [
    {
        "line_id": "01890000-0000-7000-8000-00000000000c",
        "at": "2026-11-24T02:10:00Z",
        "operation": "get_customer",
        "status": 200,
    }
]
SeverityName = Literal["info", "warning", "critical"]
KindName = Literal["volume", "off_hours", "sequence", "vip", "own_record", "operation", "refusals"]


def is_code(name: str) -> bool:
    """Whether this can be the code of a rule; what cannot may be no text for PostgreSQL."""
    return CODE.fullmatch(name) is not None


def _said(value: str) -> str:
    try:
        said: str = text(max_length=LONGEST_NOTE).normalise(value)
    except Invalid as refused:
        raise PydanticCustomError(refused.code, "not plain text") from None
    return said


Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_said)]
Note = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), AfterValidator(_said)]
Told = Annotated[dict[str, Any], Field(max_length=20)]
TOLD: Final = "As the kind has them (docs/alerts.md); what is left out is as shipped."


class NewAlertRule(Input):
    """A rule of one's own."""

    code: str = Field(
        max_length=60,
        description="Small letters, digits and `_`; it never changes.",
        examples=["much_reading_of_partners"],
    )
    en: Label = Field(examples=["Much reading by other systems"])
    zh: Label = Field(examples=["外部系统大量查看"])
    kind: KindName = Field(description="What it looks for; it never changes.", examples=["volume"])
    parameters: Told = Field(description=TOLD, examples=[{"floor": 5000, "who": "clients"}])
    severity: SeverityName = Field("warning", examples=["warning"])
    enabled: bool = Field(default=True, examples=[True])


class AlertRuleChange(Input):
    """A merge patch of a rule; a parameter that is null is as shipped again."""

    en: Label = Field("", examples=["Far more customers than usual"])
    zh: Label = Field("", examples=["查看客户数远超平时"])
    parameters: Told = Field(default_factory=dict, description=TOLD, examples=[{"floor": 300}])
    severity: SeverityName = Field("warning", examples=["critical"])
    enabled: bool = Field(default=True, examples=[True])


class Acknowledgement(Input):
    """That somebody looks into an alert."""

    note: Note | None = Field(None, examples=["Asking the team leader."])


class Closing(Input):
    """What an alert turned out to be."""

    verdict: Literal["justified", "misuse", "mistaken"] = Field(examples=["justified"])
    note: Note | None = Field(None, examples=["Yearly review of the archive, agreed beforehand."])


class AlertRuleView(Tagged):
    """A rule, in force while `enabled`."""

    code: str = Field(examples=["unusual_volume"])
    en: str = Field(examples=["Far more customers than usual"])
    zh: str = Field(examples=["查看客户数远超平时"])
    kind: RuleKind = Field(examples=["volume"])
    parameters: dict[str, Any] = Field(examples=[VOLUME])
    severity: Severity = Field(examples=["warning"])
    enabled: bool = Field(examples=[True])
    version: int = Field(description="Counted up with every change; alerts name it.", examples=[1])
    is_shipped: bool = Field(examples=[True])
    changed_at: datetime
    changed_by: UUID | None = Field(description="Nobody, when a release has.", examples=[None])


class AlertSummaryView(BaseModel):
    """An alert: who did what of which rule, how often, and where it stands."""

    alert_id: UUID
    rule: str = Field(examples=["unusual_volume"])
    rule_version: int = Field(examples=[1])
    en: str | None = Field(examples=["Far more customers than usual"])
    zh: str | None = Field(examples=["查看客户数远超平时"])
    kind: RuleKind = Field(examples=["volume"])
    severity: Severity = Field(examples=["warning"])
    actor_id: UUID | None
    username: str | None = Field(examples=["service"])
    display_name: str | None
    source: str | None = Field(
        description="The address, where nobody was signed in.", examples=[None]
    )
    window_start: datetime = Field(description="Of the hour, the night or the day.")
    raised_at: datetime
    last_at: datetime = Field(description="The newest line that counted.")
    count: int = Field(description="It grows while it goes on.", examples=[641])
    threshold: int = Field(description="Above which it is told.", examples=[200])
    usual: int | None = Field(description="The actor's own usual hour.", examples=[42])
    state: AlertState = Field(examples=["open"])
    handled_at: datetime | None
    handled_by: UUID | None
    verdict: Verdict | None = Field(examples=[None])


class EvidenceView(BaseModel):
    """An audit line that counted."""

    line_id: UUID
    at: datetime
    operation: str = Field(examples=["get_customer"])
    status: int = Field(examples=[200])


class AlertView(AlertSummaryView):
    """An alert with what it rests on, as far as you may see it."""

    note: str | None = Field(examples=[None])
    customers: list[UUID] = Field(description="Some of those in your reach, up to 200.")
    evidence: list[EvidenceView] = Field(description="Up to 50 lines.", examples=[EVIDENCE])
    is_partial: bool = Field(
        description="Whether it is also about customers that you may not see in this light.",
        examples=[False],
    )


CHOICES: Final = {
    "state": frozenset(one.value for one in AlertState),
    "severity": frozenset(one.value for one in Severity),
}
FILTERS: Final = ("actor_id", "rule", "severity", "state")


def read_filters(asked: Asked) -> dict[str, Any]:
    """Read by what alerts are narrowed; raises FieldNotAvailable and Malformed."""
    asked.only("limit", "cursor", *FILTERS)
    return {name: _read(name, given) for name in FILTERS if (given := asked.one(name))}


def _read(name: str, given: str) -> Any:
    if name == "actor_id":
        try:
            return str(kinds.UUID.normalise(given))
        except Invalid as refused:
            raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    allowed = CHOICES.get(name)
    if not (is_code(given) if allowed is None else given in allowed):
        raise Malformed(faults=[Fault(f"/{name}", "choice-unknown")])
    return given
