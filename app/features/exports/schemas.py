"""What is asked of an export, and what is shown of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input
from app.features.exports.models import ExportFormat, ExportLanguage

Name = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=2000)]


class NewExport(Input):
    """Which customers leave, with which members, in what kind of file, and what for."""

    format: ExportFormat = Field(strict=False, examples=["csv"])
    columns: list[Name] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Members of the customer, in order; without it those that lists show.",
        examples=[["name", "phone", "tier"]],
    )
    filter: dict[Name, Text] = Field(
        default_factory=dict,
        max_length=50,
        description="As the list of customers takes it: `name` or `name.operator`, and the value.",
        examples=[{"tier.in": "A,B"}],
    )
    purpose: str = Field(
        min_length=1,
        max_length=100,
        description="What it is for; the audit keeps it, so nothing personal.",
        examples=["yearly_review"],
    )
    language: ExportLanguage = Field(
        default=ExportLanguage.EN,
        strict=False,
        description="Of the headers.",
        examples=["zh-CN"],
    )


class Download(Input):
    """The token of the newest link."""

    token: str = Field(min_length=1, max_length=100, examples=["cims_export_4x…"])


class ExportView(BaseModel):
    """A file of customers: on its way, ready, or gone."""

    export_id: UUID
    job_id: UUID = Field(description="The job that writes it: progress, cancelling.")
    state: str = Field(
        description="`queued`, `running`, `failed`, `held` or `cancelled` as its job; `ready`; "
        "`taken` or `expired`, and then gone.",
        examples=["ready"],
    )
    format: ExportFormat = Field(examples=["csv"])
    language: ExportLanguage = Field(examples=["zh-CN"])
    columns: list[str] = Field(examples=[["name", "phone", "tier"]])
    purpose: str = Field(examples=["yearly_review"])
    rows: int | None = Field(description="Null until it is ready.", examples=[1200])
    size: int | None = Field(description="In bytes.", examples=[98304])
    created_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    taken_at: datetime | None


class ExportLinkView(BaseModel):
    """A token that serves once, and is shown once."""

    export_id: UUID
    token: str = Field(examples=["cims_export_4x…"])
    expires_at: datetime
