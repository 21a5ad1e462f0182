"""What can be asked of the audit, and what its answers look like: names and ids, never values."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field

from app.core import kinds
from app.core.differences import BadKind
from app.core.kinds import Invalid
from app.core.paging import Asked
from app.core.problems import Fault, FieldNotAvailable, Malformed

LONGEST_WORD: Final = 100
PAGED: Final = frozenset({"limit", "cursor"})
Reader = Callable[[str], Any]


class Outcome(StrEnum):
    """How a request ended: answered, refused for the caller's sake, or failed for ours."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"


def outcome_of(status: int) -> Outcome:
    """Return what a status means."""
    if status >= 500:  # noqa: PLR2004 - the HTTP line between the caller's faults and ours
        return Outcome.FAILED
    return Outcome.REFUSED if status >= 400 else Outcome.ALLOWED  # noqa: PLR2004 - likewise


def _word(text: str) -> str:
    if len(text) > LONGEST_WORD:
        raise Invalid("text-too-long")
    return text


def _number_up_to(most: int) -> Reader:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit():
            raise Invalid("number-invalid")
        number = int(text[:9])
        if not 1 <= number <= most:
            raise Invalid("number-out-of-range")
        return number

    return read


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        raise Invalid("choice-unknown") from None


EVENT_FILTERS: Final[Mapping[str, Reader]] = {
    "at.gte": kinds.TIMESTAMP.normalise,
    "at.lt": kinds.TIMESTAMP.normalise,
    "actor_id": kinds.UUID.normalise,
    "operation": _word,
    "status": _number_up_to(599),
    "outcome": _outcome,
    "subject": kinds.UUID.normalise,
    "request_id": _word,
}
LOG_FILTERS: Final[Mapping[str, Reader]] = {
    "since": kinds.TIMESTAMP.normalise,
    "until": kinds.TIMESTAMP.normalise,
}
VERIFY_OPTIONS: Final[Mapping[str, Reader]] = {"last": _number_up_to(100_000)}


def read_filters(asked: Asked, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Read the filters of a query; raises FieldNotAvailable and Malformed."""
    unknown = [name for name, _ in asked.pairs if name not in readers and name not in PAGED]
    if unknown:
        raise FieldNotAvailable(names=unknown)
    given = {name: asked.one(name) for name in readers}
    return {name: _read(name, text, readers[name]) for name, text in given.items() if text}


def _read(name: str, text: str, reader: Reader) -> Any:
    try:
        return reader(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None


Disclosed = dict[str, dict[str, str]]
DISCLOSED: Final = {"customers": {"name": "read", "phone": "masked"}}


class AuditEventView(BaseModel):
    """One request as the audit holds it."""

    seq: int = Field(description="The number that the database gave the line.")
    line_id: UUID
    at: datetime
    request_id: str
    actor_kind: str = Field(description="`person`, `client`, `job`, `self_service` or `nobody`.")
    actor_id: UUID | None
    roles: list[str]
    source: str | None = Field(description="The address it came from.", examples=["192.0.2.7"])
    operation: str = Field(examples=["get_customer"])
    purpose: str | None
    has_reason: bool = Field(description="Whether a reason was given; it is sealed.")
    status: int = Field(examples=[200])
    outcome: Outcome
    subjects: list[UUID] = Field(description="Ids of the customers whose data it touched.")
    disclosed: Disclosed = Field(
        description="By resource, the members that were shown: `read` or `masked`.",
        examples=[DISCLOSED],
    )
    changed: list[str] = Field(description="Names of the members that were changed.")


class AccessView(BaseModel):
    """One look at a customer, or one change."""

    at: datetime
    actor_id: UUID | None
    username: str | None = Field(examples=["service"])
    display_name: str | None
    operation: str = Field(examples=["reveal_customer"])
    purpose: str | None = Field(examples=["service_call_back"])
    has_reason: bool
    reason: str | None = Field(
        description="Only for those who may read customers, and only until the data are erased."
    )
    status: int = Field(examples=[200])
    outcome: Outcome
    fields: Disclosed = Field(
        description="By resource, the members that were shown: `read` or `masked`.",
        examples=[DISCLOSED],
    )
    changed: list[str]
    emergency_access_id: UUID | None = Field(
        description="The emergency access by which it was seen, if it was.", examples=[None]
    )


class FirstBadView(BaseModel):
    """The first line, or the first segment, that does not hold."""

    kind: BadKind
    seq: int | None = Field(description="Number of the line; of a segment, that of its first.")
    line_id: UUID | None
    segment_no: int | None


class CoveredView(BaseModel):
    """How much of the audit was looked at."""

    is_whole: bool
    first_segment: int
    last_segment: int
    segments: int
    lines: int
    unsealed: int = Field(description="Lines among them that no segment covers yet.")
    heads: int = Field(description="Segments that the file outside the database confirmed.")


class VerificationView(BaseModel):
    """What was verified, and whether it holds."""

    ok: bool
    first_bad: FirstBadView | None
    covered: CoveredView
    seconds: float
