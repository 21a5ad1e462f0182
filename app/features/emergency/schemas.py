"""What is opened in an emergency, what was read under it, and what was thought of that."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input
from app.features.emergency.models import EmergencyReason

WHY = "A child was hurt by the product; the parents must be told now."
FIELDS = {"customers": {"name": "read", "phone": "masked"}}


class KnownElsewhere(Input):
    """The customer's number in another system."""

    system: str = Field(min_length=1, max_length=50, examples=["erp"])
    value: str = Field(min_length=1, max_length=100, examples=["C-10001"])


class NewEmergencyAccess(Input):
    """A customer out of reach, by its id or by its number elsewhere, and why it cannot wait."""

    customer_id: UUID | None = Field(
        None, strict=False, examples=["01890000-0000-7000-8000-00000000000a"]
    )
    external_id: KnownElsewhere | None = Field(
        None, description="In place of `customer_id`.", examples=[None]
    )
    reason: EmergencyReason = Field(strict=False, examples=["safety"])
    reason_text: str = Field(
        max_length=2000, description="In your own words; the reviewers read it.", examples=[WHY]
    )
    ticket: str | None = Field(None, max_length=50, examples=["INC-2041"])


class EmergencyReview(Input):
    """The verdict of somebody who has not opened it."""

    verdict: Literal["justified", "not_justified"] = Field(examples=["justified"])
    note: str = Field(max_length=2000, examples=["Confirmed with the incident desk."])


class ReasonView(BaseModel):
    """Why, in both languages."""

    code: str = Field(examples=["safety"])
    en: str = Field(examples=["Danger to somebody"])
    zh: str = Field(examples=["人身安全"])


class EmergencyReadView(BaseModel):
    """One request that touched the customer while it was open."""

    at: datetime
    operation: str = Field(examples=["get_customer"])
    status: int = Field(examples=[200])
    purpose: str | None = Field(examples=["call back"])
    fields: dict[str, dict[str, str]] = Field(
        description="By resource, the members that were shown: `read` or `masked`.",
        examples=[FIELDS],
    )


class EmergencyAccessView(BaseModel):
    """A customer opened by one person, for that person, and what came of it."""

    emergency_access_id: UUID
    customer_id: UUID
    user_id: UUID
    username: str | None = Field(examples=["regional_officer_east"])
    display_name: str | None = Field(examples=["东方 Dong Fang"])
    reason: ReasonView
    reason_text: str | None = Field(
        description="Null once the customer's data are erased.", examples=[WHY]
    )
    ticket: str | None = Field(examples=["INC-2041"])
    opened_at: datetime
    until: datetime
    is_open: bool = Field(description="Whether it counts now.", examples=[False])
    ended_at: datetime | None = Field(description="When it was ended before its time, if it was.")
    ended_by: UUID | None
    is_reviewed: bool = Field(examples=[False])
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    verdict: str | None = Field(description="`justified` or `not_justified`.", examples=[None])
    note: str | None = Field(examples=[None])
    reads_count: int = Field(description="How many requests touched it.", examples=[1])
    reads: list[EmergencyReadView] = Field(description="The newest hundred of them.")
