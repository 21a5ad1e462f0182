"""Parameters: what each kind of rule can be told, closed and checked."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.core import kinds
from app.core.kinds import Invalid

Who = Literal["persons", "clients", "all"]
Outcome = Literal["allowed", "refused", "failed"]
Tier = Literal["A", "B", "C", "D"]
Status = Literal[401, 403, 404]
TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
OPERATION: Final = r"^[a-z]+(_[a-z]+)+$"


class RuleKind(StrEnum):
    """What a rule looks for."""

    VOLUME = "volume"
    OFF_HOURS = "off_hours"
    SEQUENCE = "sequence"
    VIP = "vip"
    OWN_RECORD = "own_record"
    OPERATION = "operation"
    REFUSALS = "refusals"


def _zone(value: str) -> str:
    try:
        zone: str = kinds.TIME_ZONE.normalise(value)
    except Invalid:
        raise ValueError(value) from None
    return zone


def _date(value: str) -> str:
    return date.fromisoformat(value).isoformat()


Date = Annotated[str, Field(min_length=10, max_length=10), AfterValidator(_date)]
Clock = Annotated[str, Field(pattern=TIME)]
Dates = Annotated[list[Date], Field(max_length=200)]


class Parameters(BaseModel):
    """What a rule is told; unknown members are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VolumeParameters(Parameters):
    """Customers disclosed within an hour: above `floor` and `factor` times the usual hour."""

    floor: int = Field(200, ge=1, le=1_000_000)
    factor: float = Field(3.0, ge=1, le=1000)
    who: Who = "all"


class OffHoursParameters(Parameters):
    """Customers read in a night, on a weekend or on a day off, by the clock of a zone."""

    zone: Annotated[str, Field(max_length=60), AfterValidator(_zone)] = "Asia/Shanghai"
    night_from: Clock = "22:00"
    night_to: Clock = "06:00"
    weekends: bool = True
    days_off: Dates = Field(default_factory=list)
    workdays: Dates = Field(default_factory=list)
    more_than: int = Field(5, ge=0, le=1_000_000)
    who: Who = "persons"

    @property
    def clock(self) -> ZoneInfo:
        """The zone by whose clock it is night."""
        return ZoneInfo(self.zone)

    @property
    def night(self) -> tuple[time, time]:
        """When the night begins and ends."""
        return time.fromisoformat(self.night_from), time.fromisoformat(self.night_to)


class SequenceParameters(Parameters):
    """Records opened in the order of their ids, or pages turned without opening any."""

    records: int = Field(20, ge=5, le=1000)
    pages: int = Field(20, ge=3, le=1000)
    pause_minutes: int = Field(10, ge=1, le=240)
    who: Who = "persons"


class VipParameters(Parameters):
    """Customers of these tiers, read in a day by outsiders, or revealed to them at all."""

    tiers: list[Tier] = Field(["A"], min_length=1, max_length=4)
    more_than: int = Field(20, ge=0, le=1_000_000)
    reveals: bool = True
    who: Who = "persons"


class OwnRecordParameters(Parameters):
    """Nothing can be told: the record of a colleague is found by the mail address."""


class OperationParameters(Parameters):
    """Operations that somebody should hear of, with these outcomes."""

    operations: list[Annotated[str, Field(max_length=80, pattern=OPERATION)]] = Field(
        min_length=1, max_length=50
    )
    outcomes: list[Outcome] = Field(["allowed"], min_length=1, max_length=3)


class RefusalsParameters(Parameters):
    """Refusals within some minutes, of one actor, or of one source where nobody is signed in."""

    statuses: list[Status] = Field([401, 403, 404], min_length=1, max_length=3)
    more_than: int = Field(50, ge=1, le=1_000_000)
    minutes: int = Field(5, ge=1, le=60)


PARAMETERS: Final[Mapping[RuleKind, type[Parameters]]] = {
    RuleKind.VOLUME: VolumeParameters,
    RuleKind.OFF_HOURS: OffHoursParameters,
    RuleKind.SEQUENCE: SequenceParameters,
    RuleKind.VIP: VipParameters,
    RuleKind.OWN_RECORD: OwnRecordParameters,
    RuleKind.OPERATION: OperationParameters,
    RuleKind.REFUSALS: RefusalsParameters,
}
