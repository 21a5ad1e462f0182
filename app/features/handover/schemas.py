"""What comes in when somebody leaves, and what is said of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, Strict

from app.core.schemas import Input


class Departure(Input):
    """Who takes over what the leaver owned."""

    successor_id: Annotated[UUID, Strict(strict=False)] | None = Field(
        None, description="An active person; without one the customers wait for a further call."
    )


class DepartureView(BaseModel):
    """The account that has ended, and how far the handing over is."""

    user_id: UUID
    status: str = Field(examples=["departed"])
    successor_id: UUID | None
    handed_over: int = Field(description="Customers handed over by this call.", examples=[214])
    remaining: int = Field(description="Customers that the leaver still owns.", examples=[0])
    job_id: UUID | None = Field(
        description="The job that hands over what remains, when there is a successor.",
        examples=[None],
    )


class ProofView(BaseModel):
    """What is left of an account."""

    user_id: UUID
    username: str = Field(examples=["lin.xiao"])
    status: str = Field(examples=["departed"])
    is_dead: bool = Field(
        description="Departed, and nothing left: no way in, no customer, no department, no system.",
        examples=[True],
    )
    ended_at: datetime | None
    ended_by: UUID | None = Field(description="Who ended it.")
    successor_id: UUID | None
    has_credentials: bool = Field(examples=[False])
    has_factors: bool = Field(description="Second factors or recovery codes.", examples=[False])
    has_invitation: bool = Field(examples=[False])
    customers: int = Field(description="Customers still owned.", examples=[0])
    departments_managed: int = Field(examples=[0])
    api_clients_owned: int = Field(description="Other systems.", examples=[0])
