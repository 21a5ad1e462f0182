"""Imports: many users or departments at once, named by words instead of ids."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from app.core.schemas import Input, ItemProblem
from app.features.staff.schemas.members import Code, Email, Name, Roles, Username
from app.features.staff.schemas.users import InvitationView

Named = Annotated[str, Field(min_length=1, max_length=100)]


def _parted(value: object) -> object:
    """Take the cell of a table for a list."""
    return [part.strip() for part in value.split(";")] if isinstance(value, str) else value


SeveralNamed = Annotated[list[Named], Field(max_length=20), BeforeValidator(_parted)]
SeveralRoles = Annotated[Roles, BeforeValidator(_parted)]
CREATED = "201, or the status of the problem."


class UserItem(Input):
    """A person to invite."""

    username: Username = Field(examples=["lin.xiao"])
    display_name: Name = Field(examples=["林晓 Lin Xiao"])
    email: Email | None = Field(None, examples=["lin.xiao@example.com"])
    department: Named | None = Field(
        None, description="Code or name of the primary department.", examples=["Shanghai sales"]
    )
    further_departments: SeveralNamed = Field(
        default_factory=list, description="Codes or names.", examples=[[]]
    )
    roles: SeveralRoles = Field(
        default_factory=list, description="Codes of `GET /v1/roles`.", examples=[["sales"]]
    )


class DepartmentItem(Input):
    """A department to open."""

    name: Name = Field(examples=["Suzhou sales"])
    name_zh: Name | None = Field(None, examples=["苏州销售部"])
    code: Code | None = Field(None, examples=["SZ-SALES"])
    parent: Named | None = Field(
        None,
        description="Code or name of the department above; it may stand earlier in the list.",
        examples=["East China"],
    )
    manager: Username | None = Field(None, description="User name of an active person.")


class UserImport(Input):
    """Up to 1,000 persons; a dry run changes nothing."""

    items: list[dict[str, object]] = Field(
        min_length=1,
        max_length=1000,
        description="Each as UserItem.",
        examples=[[{"username": "lin.xiao", "display_name": "林晓 Lin Xiao", "roles": ["sales"]}]],
    )
    dry_run: bool = False


class DepartmentImport(Input):
    """Up to 1,000 departments; a dry run changes nothing."""

    items: list[dict[str, object]] = Field(
        min_length=1,
        max_length=1000,
        description="Each as DepartmentItem.",
        examples=[[{"name": "Suzhou sales", "code": "SZ-SALES", "parent": "East China"}]],
    )
    dry_run: bool = False


class UserImportResult(BaseModel):
    """What became of one person, in the order sent."""

    status: int = Field(description=CREATED, examples=[201])
    user_id: UUID | None = Field(None, description="None in a dry run.")
    invitation: InvitationView | None = None
    problem: ItemProblem | None = None


class DepartmentImportResult(BaseModel):
    """What became of one department, in the order sent."""

    status: int = Field(description=CREATED, examples=[201])
    department_id: UUID | None = Field(None, description="None in a dry run.")
    problem: ItemProblem | None = None


class UserImportAnswer(BaseModel):
    """An answer for each item."""

    items: list[UserImportResult]


class DepartmentImportAnswer(BaseModel):
    """An answer for each item."""

    items: list[DepartmentImportResult]
