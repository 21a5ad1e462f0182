"""What is lent to whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from app.core.schemas import Input

Groups = Annotated[list[Annotated[str, Field(max_length=50)]], Field(min_length=1, max_length=50)]


class NewSharingGrant(Input):
    """A customer, the department that borrows it, the field groups lent, and until when."""

    customer_id: UUID = Field(strict=False, examples=["01890000-0000-7000-8000-00000000000a"])
    department_id: UUID = Field(strict=False, examples=["01890000-0000-7000-8000-00000000000b"])
    groups: Groups = Field(examples=[["identity", "contact"]])
    until: AwareDatetime = Field(
        strict=False,
        description="RFC 3339, at most a year from now.",
        examples=["2027-01-31T00:00:00Z"],
    )


class SharingGrantView(BaseModel):
    """A customer lent to a department, while `ended_at` is null and `until` has not come."""

    sharing_grant_id: UUID
    customer_id: UUID
    department_id: UUID
    groups: list[str] = Field(examples=[["contact", "identity"]])
    until: datetime = Field(examples=["2027-01-31T00:00:00Z"])
    made_at: datetime
    made_by: UUID | None
    ended_at: datetime | None = Field(description="When it was taken back, if it was.")
    ended_by: UUID | None
    is_current: bool = Field(description="Whether it counts now.", examples=[True])
