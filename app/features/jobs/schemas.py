"""What is shown of a job; what it was given and what it found are for its submitter alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.job_records import JobState


class StepView(BaseModel):
    """What a job is doing, in both languages."""

    en: str | None = Field(examples=["Handing customers over."])
    zh: str | None = Field(examples=["正在移交客户。"])


class TroubleView(BaseModel):
    """Why a job does not go on, or what its last try met: a problem as answers name them."""

    type: str = Field(examples=["/problems/not-now"])
    title: str
    title_zh: str


class JobView(BaseModel):
    """A job: its state, how far it is, and for its submitter what came of it."""

    job_id: UUID
    kind: str = Field(examples=["handover.continued"])
    submitter_id: UUID = Field(description="In whose name and with whose rights it runs.")
    state: JobState = Field(examples=["running"])
    done: int = Field(examples=[3000])
    total: int | None = Field(description="Null until it is known.", examples=[12500])
    step: StepView
    parameters: dict[str, Any] | None
    result: dict[str, Any] | None
    trouble: TroubleView | None
    starts: int = Field(description="How often a worker has begun it.", examples=[1])
    is_cancelling: bool = Field(
        description="Whether it will end as cancelled before its next step.", examples=[False]
    )
    due_at: datetime | None = Field(description="Of one that waits: when it may begin.")
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    withheld: dict[str, str] = Field(
        description="Members that you may not see.", examples=[{"result": "hidden"}]
    )
