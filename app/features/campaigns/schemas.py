"""Campaigns, tasks and corrections, as they come in and as they are shown."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from app.core.schemas import Input, Tagged, View, input_of, view_of
from app.features.campaigns.models import (
    CampaignChannel,
    CampaignStatus,
    CorrectionStatus,
    TaskOutcome,
    TaskStatus,
)
from app.features.customers.models import Customer

Title = Annotated[str, Field(min_length=1, max_length=100)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=2000)]
Department = Annotated[UUID, Field(strict=False)]
Channel = Annotated[CampaignChannel, Field(strict=False)]
Days = Annotated[int, Field(ge=1, le=90)]
Moment = Annotated[AwareDatetime, Field(strict=False)]

FILTER = "As the list of customers takes it: `name` or `name.operator`, and the value."
WINDOW = "The window of a campaign that runs once; of a recurring one, that of its next round."
REMIND = "After so many days whoever has open tasks gets one reminder; null for none."
DEPARTMENTS = "Customers of these departments only; empty for all within your reach."
DEPARTMENT_ID = "01890000-0000-7000-8000-00000000000b"


class Recurrence(Input):
    """When a campaign comes back: in a week of each month, counted from its first day."""

    every: Literal["month"] = Field(examples=["month"])
    week: Annotated[int, Field(ge=1, le=4)] = Field(examples=[1])


class NewCampaign(Input):
    """A campaign to prepare; it stays a draft until it is scheduled or started."""

    name: Title = Field(examples=["Autumn update week"])
    filter: dict[Name, Text] = Field(
        default_factory=dict, max_length=50, description=FILTER, examples=[{"tier.in": "A,B"}]
    )
    department_ids: list[Department] = Field(
        default_factory=list, max_length=100, description=DEPARTMENTS, examples=[[DEPARTMENT_ID]]
    )
    opens_at: Moment | None = Field(None, description=WINDOW, examples=["2026-12-01T00:00:00Z"])
    closes_at: Moment | None = Field(None, description=WINDOW, examples=["2026-12-08T00:00:00Z"])
    recurrence: Recurrence | None = None
    channels: list[Channel] = Field(min_length=1, max_length=2, examples=[["task", "mail"]])
    remind_after_days: Days | None = Field(None, description=REMIND, examples=[3])


class CampaignChange(Input):
    """A merge patch of a campaign that is not running."""

    name: Title = Field("", examples=["Autumn update week"])
    filter: dict[Name, Text] = Field(
        default_factory=dict, max_length=50, description=FILTER, examples=[{"tier.in": "A,B"}]
    )
    department_ids: list[Department] = Field(
        default_factory=list, max_length=100, description=DEPARTMENTS, examples=[[DEPARTMENT_ID]]
    )
    opens_at: Moment | None = Field(None, description=WINDOW, examples=["2026-12-01T00:00:00Z"])
    closes_at: Moment | None = Field(None, description=WINDOW, examples=["2026-12-08T00:00:00Z"])
    recurrence: Recurrence | None = None
    channels: list[Channel] = Field(
        default_factory=list, min_length=1, max_length=2, examples=[["task", "mail"]]
    )
    remind_after_days: Days | None = Field(None, description=REMIND, examples=[3])


class RecurrenceView(BaseModel):
    """When a campaign comes back."""

    every: str = Field(examples=["month"])
    week: int = Field(examples=[1])


class Figures(BaseModel):
    """How far a round is: its tasks by state, and what became of the links to customers."""

    open: int = Field(examples=[40])
    in_review: int = Field(examples=[2])
    confirmed: int = Field(examples=[30])
    corrected: int = Field(examples=[8])
    missed: int = Field(examples=[0])
    links_sent: int = Field(examples=[60])
    links_opened: int = Field(examples=[25])
    links_confirmed: int = Field(examples=[18])
    links_corrected: int = Field(examples=[5])


class DepartmentFigures(Figures):
    """The figures of one department."""

    department_id: UUID


class CampaignView(Tagged):
    """A campaign, and where it stands."""

    campaign_id: UUID
    name: str = Field(examples=["Autumn update week"])
    filter: dict[str, str] = Field(description=FILTER, examples=[{"tier.in": "A,B"}])
    department_ids: list[UUID] = Field(description=DEPARTMENTS)
    opens_at: datetime | None = Field(description=WINDOW)
    closes_at: datetime | None = Field(description=WINDOW)
    recurrence: RecurrenceView | None
    channels: list[CampaignChannel] = Field(examples=[["task", "mail"]])
    remind_after_days: int | None = Field(description=REMIND, examples=[3])
    status: CampaignStatus = Field(examples=["running"])
    round: int = Field(description="How often it was opened.", examples=[1])
    round_opened_at: datetime | None
    round_closes_at: datetime | None
    job_id: UUID | None = Field(description="The job that makes the tasks of the round.")
    reminded_at: datetime | None
    trouble: str | None = Field(
        description="Why a round could not be opened by itself.", examples=[None]
    )


class CampaignPageView(CampaignView):
    """A campaign with the progress of its newest round, in the departments within reach."""

    totals: Figures
    departments: list[DepartmentFigures]


@view_of(Customer, summary=True)
class TaskCustomerView(View):
    """The customer of a task, as far as your grades reach."""


class UpdateTaskView(BaseModel):
    """A customer to be checked."""

    task_id: UUID
    campaign_id: UUID
    campaign: str = Field(description="Its name.", examples=["Autumn update week"])
    round: int = Field(examples=[1])
    assignee_id: UUID | None = Field(description="The owner as the round opened.")
    status: TaskStatus = Field(examples=["open"])
    outcome: TaskOutcome | None = Field(examples=[None])
    due_at: datetime
    link_sent_at: datetime | None = Field(description="When the customer was mailed a link.")
    done_at: datetime | None
    done_by: UUID | None = Field(description="Null when the customer did it.")
    customer: TaskCustomerView


class TaskView(BaseModel):
    """What became of a task."""

    task_id: UUID
    customer_id: UUID
    status: TaskStatus = Field(examples=["done"])
    outcome: TaskOutcome | None = Field(examples=["confirmed"])
    done_at: datetime | None


@input_of(Customer, partial=True, without=("owner_id", "department_id", "last_verified_at"))
class TaskCorrection(Input):
    """What is put right; what is left out was found to be right."""


class CorrectedField(BaseModel):
    """A field that the customer corrects: as it was then, is now, and should be."""

    name: str = Field(examples=["city"])
    label: str = Field(examples=["City"])
    label_zh: str = Field(examples=["城市"])
    before: Any = Field(description="As the customer saw it.", examples=["北京市"])
    now: Any = Field(description="As it stands; the base has moved when it differs.")
    after: Any = Field(description="As the customer wants it.", examples=["上海市"])
    masked: bool = Field(description="Whether you see a mask of these values.", examples=[False])
    writable: bool = Field(description="Whether you may approve it.", examples=[True])
    applied: bool = Field(description="Whether it was taken over.", examples=[False])


class CorrectionSummaryView(BaseModel):
    """A correction in a list."""

    correction_id: UUID
    customer_id: UUID
    campaign_id: UUID
    fields: list[str] = Field(description="Those that you see of it.", examples=[["city"]])
    status: CorrectionStatus = Field(examples=["pending"])
    submitted_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None


class CorrectionView(Tagged):
    """A correction, field by field."""

    correction_id: UUID
    customer_id: UUID
    campaign_id: UUID
    status: CorrectionStatus = Field(
        description="`stale`: pending, but changed by others since; look at `now`.",
        examples=["pending"],
    )
    changes: list[CorrectedField]
    submitted_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None


class CorrectionApproval(Input):
    """Which of the fields are taken over."""

    fields: list[Name] | None = Field(
        None,
        min_length=1,
        max_length=50,
        description="All that you see unless named; the others are given up.",
        examples=[["city"]],
    )
