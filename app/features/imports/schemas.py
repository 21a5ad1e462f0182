"""What is asked of an import, and what is shown of it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input
from app.features.imports.models import ImportMode, MatchKey, RowOutcome, UndoOutcome

Path = Annotated[str, Field(min_length=1, max_length=100)]
Applied = Literal["create", "update", "possible_double"]


class Mapping(Input):
    """Which columns bring which fields, what rows may do, and by what they are told."""

    columns: list[list[Path]] | None = Field(
        default=None,
        max_length=500,
        description="For each column, in order, the fields that it brings: none, one, or one for "
        "persons and one for organisations. Without it the proposal stands.",
        examples=[[["customers.name"], ["customers.phone"], []]],
    )
    mode: ImportMode = Field(default=ImportMode.UPSERT, strict=False, examples=["upsert"])
    match: MatchKey | None = Field(
        default=None,
        strict=False,
        description="Without it `external_id` where a column brings one, else `identity`.",
        examples=["external_id"],
    )
    system: str = Field(
        default="import",
        min_length=1,
        max_length=50,
        pattern=r"^\S+$",
        description="Of which system the ids are.",
        examples=["erp"],
    )
    save_as: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Keep it under this name, to be proposed for the same headers.",
        examples=["Monthly list"],
    )


class ImportApproval(Input):
    """Which dry run is approved, and which of its outcomes."""

    plan_id: UUID = Field(strict=False, description="The dry run that you have looked at.")
    outcomes: list[Applied] = Field(
        default=["create", "update", "possible_double"],
        min_length=1,
        max_length=3,
        description="Which rows are applied.",
        examples=[["create", "update"]],
    )


class Rejection(Input):
    """Why an import goes back."""

    reason: str = Field(
        min_length=1,
        max_length=500,
        description="For the uploader; nothing personal.",
        examples=["Column 3 holds old phones"],
    )


class ColumnView(BaseModel):
    """A column of the file."""

    header: str | None = Field(description="For the uploader, or of what you see in clear.")
    fields: list[str] = Field(description="What it brings.", examples=[["customers.phone"]])
    filled: int = Field(description="Rows in which it is filled.", examples=[980])
    fill_rate: float = Field(examples=[0.98])
    samples: list[str] = Field(
        description="Some of its values: for the uploader, of fields that they may write.",
        examples=[["138 0013 8000"]],
    )


class TableView(BaseModel):
    """How the table is written, and what its columns are taken for."""

    encoding: str | None = Field(examples=["gb18030"])
    delimiter: str | None = Field(examples=[","])
    header_row: int = Field(examples=[1])
    columns: list[ColumnView]
    is_proposed: bool = Field(description="Whether nobody has confirmed the mapping yet.")
    saved_as: str | None = Field(description="The saved mapping that was proposed.")


class ImportView(BaseModel):
    """A file on its way to become customers."""

    import_id: UUID
    submitter_id: UUID
    state: str = Field(
        description="`uploaded`, `mapped`, `validated`, `awaiting_approval`, `running`, "
        "`completed`, `partly_completed`, `failed`, `undoing`, `undone`.",
        examples=["validated"],
    )
    job_id: UUID | None = Field(description="The newest job: reading, dry run, applying, undoing.")
    job_state: str | None = Field(examples=["succeeded"])
    trouble: str | None = Field(description="Why that job failed.", examples=["not-a-table"])
    done: int | None = Field(description="Rows that it is done with.", examples=[1000])
    total: int | None = Field(examples=[1000])
    format: str = Field(examples=["csv"])
    size: int = Field(description="In bytes.", examples=[98304])
    rows: int | None = Field(examples=[1000])
    table: TableView | None
    mode: str | None = Field(examples=["upsert"])
    match: str | None = Field(examples=["external_id"])
    system: str | None = Field(examples=["erp"])
    plan_id: UUID | None = Field(description="The newest dry run.")
    counts: dict[str, int] | None = Field(description="Of the dry run, by outcome.")
    approved: list[str] | None = Field(examples=[["create", "update"]])
    applied: dict[str, int] | None = Field(description="What was done.")
    undone: dict[str, int] | None = Field(description="`undone`, `kept`, `conflict`.")
    decision: str | None = Field(examples=["approved"])
    decided_by: UUID | None
    decided_at: datetime | None
    created_at: datetime
    submitted_at: datetime | None
    applied_at: datetime | None
    undo_until: datetime | None
    undone_at: datetime | None
    expires_at: datetime


class RowReason(BaseModel):
    """Why a row is refused."""

    code: str = Field(examples=["phone-invalid"])
    column: str | None = Field(description="Whose fault it is, if one column's.")
    message: str


class DifferenceView(BaseModel):
    """A field that a row brings, as far as you see it."""

    field: str = Field(examples=["customers.phone"])
    before: Any = Field(description="What is stored now; null for a new customer.")
    after: Any


class RowView(BaseModel):
    """A row of the file, and what is to become of it."""

    row: int = Field(description="As a spreadsheet numbers it.", examples=[2])
    outcome: RowOutcome = Field(examples=["update"])
    applied: str | None = Field(
        description="`created`, `updated`, `skipped` (not approved, or not as it was tried), "
        "`refused`; null before.",
        examples=["updated"],
    )
    customer_id: UUID | None = Field(description="If within your reach.")
    reasons: list[RowReason]
    changes: list[DifferenceView]
    withheld: dict[str, str] = Field(examples=[{"customers.phone": "masked"}])


class ChangeView(BaseModel):
    """What an import has done to a customer, and whether that was taken back."""

    row: int = Field(examples=[2])
    customer_id: UUID | None = Field(description="If within your reach.")
    resource: str = Field(examples=["customers"])
    act: str = Field(description="`created` or `changed`.", examples=["changed"])
    outcome: UndoOutcome | None = Field(examples=["conflict"])
    conflicts: list[str] = Field(
        description="Fields edited since, of those you see.", examples=[["customers.phone"]]
    )


class ImportMappingView(BaseModel):
    """A mapping that you have saved; the same headers get it proposed."""

    import_mapping_id: UUID
    name: str = Field(examples=["Monthly list"])
    columns: list[list[str]] = Field(examples=[[["customers.name"], ["customers.phone"], []]])
    mode: ImportMode
    match: MatchKey
    system: str = Field(examples=["erp"])
    created_at: datetime
