"""Departments: what comes in, and what leaves."""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Tagged
from app.features.staff.schemas.members import Code, Id, Name


class DepartmentView(Tagged):
    """A department."""

    department_id: UUID
    name: str = Field(examples=["Shanghai sales"])
    name_zh: str | None = Field(examples=["上海销售部"])
    parent_id: UUID | None = Field(description="The department above; none at the top.")
    code: str | None = Field(description="The company's own short name.", examples=["SH-SALES"])
    manager_id: UUID | None = Field(description="The user who leads it.")


class NewDepartment(Input):
    """A department to open."""

    name: Name = Field(examples=["Suzhou sales"])
    name_zh: Name | None = Field(None, examples=["苏州销售部"])
    parent_id: Id | None = Field(None, description="The department above; none at the top.")
    code: Code | None = Field(None, examples=["SZ-SALES"])
    manager_id: Id | None = Field(None, description="An active person.")


class DepartmentChange(Input):
    """A merge patch of a department; null empties a member."""

    name: Name = Field("", examples=["Suzhou sales"])
    name_zh: Name | None = Field(None, examples=["苏州销售部"])
    parent_id: Id | None = Field(None, description="Moves it with all that stands below it.")
    code: Code | None = Field(None, examples=["SZ-SALES"])
    manager_id: Id | None = Field(None, description="An active person.")
