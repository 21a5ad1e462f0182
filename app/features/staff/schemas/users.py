"""Users: what comes in, and what leaves."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input, Tagged
from app.features.staff.schemas.members import Email, Further, Id, Name, Roles, Username

SHOWN_ONCE = "Shown this once, to be handed over; null when it was mailed."


class UserView(BaseModel):
    """A user: a person, or another system."""

    user_id: UUID
    username: str = Field(examples=["sales"])
    display_name: str = Field(examples=["林晓 Lin Xiao"])
    kind: str = Field(description="`person` or `client`.", examples=["person"])
    status: str = Field(description="Only `active` users may sign in.", examples=["active"])
    department_id: UUID | None = Field(description="The primary department.")
    further_department_ids: list[UUID] = Field(
        description="Departments beside the primary one.", examples=[[]]
    )
    roles: list[str] = Field(examples=[["sales"]])


class WholeUserView(Tagged, UserView):
    """A user with all that is known of the account."""

    email: str | None = Field(examples=["lin.xiao@example.com"])
    created_at: datetime | None
    status_at: datetime | None = Field(description="Since when the status is as it is.")
    status_by: UUID | None = Field(description="Who gave it that status.")
    successor_id: UUID | None = Field(description="Who took over the customers of a leaver.")


class InvitationView(BaseModel):
    """The link by which a user chooses a password."""

    token: str | None = Field(
        description=f"For `POST /v1/invitations/accept`. {SHOWN_ONCE}",
        examples=["kV3Yy2m0cJ8mJm1n9Qb6Zg0t4o7r5s1w2x3y4z5A6B7"],
    )
    expires_at: datetime
    delivery: str = Field(
        description=(
            "How the link reaches the user: `mail`, or `shown_once` when there is no mail server "
            "or no address."
        ),
        examples=["shown_once"],
    )


class InvitedView(WholeUserView):
    """A user who is invited, and the link, shown once."""

    invitation: InvitationView


class AcceptedView(BaseModel):
    """The account that is open now."""

    user_id: UUID
    username: str = Field(examples=["lin.xiao"])
    status: str = Field(examples=["active"])


class NewUser(Input):
    """A person to invite."""

    username: Username = Field(
        description="Kept in one form: without case and width.", examples=["lin.xiao"]
    )
    display_name: Name = Field(examples=["林晓 Lin Xiao"])
    email: Email | None = Field(None, examples=["lin.xiao@example.com"])
    department_id: Id | None = Field(None, description="The primary department.")
    further_department_ids: Further = Field(
        default_factory=list, description="Departments beside the primary one.", examples=[[]]
    )
    roles: Roles = Field(
        default_factory=list, description="Codes of `GET /v1/roles`.", examples=[["sales"]]
    )


class UserChange(Input):
    """A merge patch of a user; null empties a member."""

    display_name: Name = Field("", examples=["林晓 Lin Xiao"])
    email: Email | None = Field(None, examples=["lin.xiao@example.com"])
    department_id: Id | None = Field(None, description="The primary department.")
    further_department_ids: Further = Field(
        default_factory=list, description="Departments beside the primary one.", examples=[[]]
    )
    roles: Roles = Field(
        default_factory=list, description="Codes of `GET /v1/roles`.", examples=[["sales"]]
    )


class Acceptance(Input):
    """The token of an invitation, and the password that is chosen."""

    token: str = Field(
        min_length=1, max_length=200, examples=["kV3Yy2m0cJ8mJm1n9Qb6Zg0t4o7r5s1w2x3y4z5A6B7"]
    )
    password: str = Field(
        description="15 to 256 characters of any script, not the user name.",
        min_length=1,
        max_length=1024,
        json_schema_extra={"format": "password"},
        examples=["correct horse battery staple"],
    )
