"""The form of what leaves about the staff."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from app.features.staff.schemas.departments import DepartmentView


class RoleView(BaseModel):
    """A role, named in both languages."""

    code: str = Field(examples=["sales"])
    en: str = Field(examples=["Sales"])
    zh: str = Field(examples=["销售"])


class EmergencyView(BaseModel):
    """A customer that you have opened in an emergency."""

    customer_id: UUID
    emergency_access_id: UUID
    until: datetime


class MeView(BaseModel):
    """Who you are."""

    user_id: UUID
    username: str = Field(examples=["sales"])
    display_name: str = Field(examples=["林晓 Lin Xiao"])
    kind: str = Field(description="`person` or `client`.", examples=["person"])
    roles: list[RoleView]
    department: DepartmentView | None
    emergencies: list[EmergencyView] = Field(
        description="What you have open in an emergency.", examples=[[]]
    )


class FieldRightView(BaseModel):
    """What you may do with one field; fields that you do not see at all are not listed."""

    name: str = Field(examples=["phone"])
    read: str = Field(description="`show` or `mask`.", examples=["mask"])
    write: bool
    reveal: bool = Field(description="Whether the act of revealing shows it in clear.")


class PermissionsView(BaseModel):
    """What you may do, resource by resource and field by field."""

    permissions: list[str] = Field(examples=[["customers:read", "self:read"]])
    reach: str = Field(
        description="`all`, or `departments`: those named here.", examples=["departments"]
    )
    departments: list[UUID] = Field(description="Your own department and those below it.")
    resources: dict[str, list[FieldRightView]]
