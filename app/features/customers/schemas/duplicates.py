"""What is asked about doubles, and what is told of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, Strict

from app.core.schemas import Input, input_of
from app.features.customers.models import Customer
from app.features.customers.models.choices import CustomerKind
from app.features.customers.schemas import OrganizationProfileChange, PersonProfileChange


class Because(BaseModel):
    """A finding for or against, in both languages; never a value."""

    code: str = Field(examples=["phone_slip"])
    en: str = Field(examples=["The phones differ in one digit."])
    zh: str = Field(examples=["电话仅差一位。"])


@input_of(Customer, partial=True)
class DuplicateCheck(Input):
    """What has been typed so far of a new customer."""

    kind: CustomerKind | None = Field(None, strict=False, examples=["person"])
    person_profile: PersonProfileChange | None = None
    organization_profile: OrganizationProfileChange | None = None


class PossibleDouble(BaseModel):
    """A customer within your reach that may be the one being typed."""

    customer_id: UUID
    score: float = Field(description="How likely it is the same, from 0 to 1.", examples=[0.96])
    reasons: list[str] = Field(
        description="`phone`, `email`, `wechat`, `document`, `credit_code`, `name` when both have "
        "the same, `name_part` when one name holds the other, and the codes of `because`.",
        examples=[["name", "phone_slip"]],
    )
    because: list[Because] = Field(description="What was found for or against, strongest first.")


class NotDuplicates(Input):
    """Two records that look alike."""

    customer_id: Annotated[UUID, Strict(strict=False)]
    other_id: Annotated[UUID, Strict(strict=False)]


class DuplicateView(BaseModel):
    """Two records that may be of one customer."""

    customer_id: UUID
    other_id: UUID
    score: float = Field(
        description="How likely they are one, from 0 to 1. By what both share, unless you may be "
        "told of all that is weighed.",
        examples=[0.98],
    )
    reasons: list[str] = Field(
        description="What both share as a whole; if nothing, the codes of `because`.",
        examples=[["phone"]],
    )
    because: list[Because] = Field(description="What was found for or against, strongest first.")
    method: str = Field(description="`shared` or, after a scan, `weighed`.", examples=["weighed"])
    status: str = Field(description="`open`, `merged`, `not_duplicate` or `deferred`.")
    found_at: datetime


class ScanView(BaseModel):
    """A scan on its way."""

    job_id: UUID = Field(description="The job that compares: progress, result, cancelling.")
