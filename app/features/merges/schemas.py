"""What is merged into what, by which rule, and what came of it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, Strict

from app.core.schemas import Input
from app.features.merges.models import MergeStatus

ONE = "01890000-0000-7000-8000-00000000000a"
OTHER = "01890000-0000-7000-8000-00000000000b"
WHY = "The same person, entered twice."
Id = Annotated[UUID, Strict(strict=False)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=5, examples=[[OTHER]])]


class MergePreview(Input):
    """The customer that stays, and those that are to become part of it."""

    survivor_id: Id = Field(examples=[ONE])
    loser_ids: Ids


class NewMerge(MergePreview):
    """What is merged, from which states, and whose value each field keeps."""

    etags: dict[str, Annotated[str, Field(max_length=100)]] = Field(
        default_factory=dict,
        max_length=6,
        description="By customer the `etag` of the preview: the states that you decided on.",
        examples=[{ONE: '"0f3a"', OTHER: '"77c1"'}],
    )
    choices: dict[str, Id] = Field(
        default_factory=dict,
        max_length=200,
        description="By field whose value is kept, where it is not the proposed one.",
        examples=[{"customers.name": OTHER}],
    )
    reason: str = Field(min_length=1, max_length=500, examples=[WHY])


class HeldView(BaseModel):
    """What one of the customers holds, as you may see it."""

    customer_id: UUID
    value: Any = Field(examples=["张伟"])
    since: datetime


class FieldProposal(BaseModel):
    """One field: what each holds, and whose value the rule proposes."""

    field: str = Field(examples=["customers.name"])
    rule: str = Field(
        description="`newest`, `longest`, `earliest` or `latest`.", examples=["longest"]
    )
    held: list[HeldView]
    proposed: UUID | None = Field(description="The customer whose value is kept.")
    differ: bool = Field(description="Whether there is something to decide.")


class SideView(BaseModel):
    """One of the customers, and the state that the preview shows."""

    customer_id: UUID
    status: str = Field(examples=["active"])
    etag: str = Field(examples=['"0f3a"'])


class PreviewView(BaseModel):
    """What a merge would do; nothing is changed by looking."""

    survivor_id: UUID
    sides: list[SideView]
    fields: list[FieldProposal]
    moving: dict[str, int] = Field(
        description="Parts that would move, by kind.", examples=[{"contact-points": 2, "notes": 1}]
    )
    clashing: dict[str, int] = Field(
        description="Parts that stay behind since the survivor has the like.",
        examples=[{"addresses": 1}],
    )
    lent: int = Field(
        description="Sharing grants of the losers that stay behind, without effect.", examples=[0]
    )


class MergedField(BaseModel):
    """A field that was decided: whose value it has got."""

    field: str = Field(examples=["customers.name"])
    customer_id: UUID


class PartBehind(BaseModel):
    """A part that did not move, and why."""

    resource: str = Field(examples=["contact-points"])
    row_id: UUID
    customer_id: UUID
    why: str = Field(
        description="`clashed`: the survivor has the like; `between`: a tie of one to the other.",
        examples=["clashed"],
    )


class Conflict(BaseModel):
    """What undoing left as it is, since somebody has changed it after the merge."""

    field: str | None = Field(None, examples=["customers.tier"])
    resource: str | None = Field(None, examples=[None])
    row_id: UUID | None = None
    why: str = Field(description="`changed` or `removed`, since the merge.", examples=["changed"])


class MergeView(BaseModel):
    """A merge: who became part of whom, and what of it was taken back; it shows no value."""

    merge_id: UUID
    survivor_id: UUID
    loser_ids: list[UUID]
    status: MergeStatus = Field(examples=["applied"])
    reason: str | None = Field(
        description="Null once the survivor's data are erased.", examples=[WHY]
    )
    fields: list[MergedField] = Field(description="Fields of the survivor that were changed.")
    moved: dict[str, int] = Field(
        description="Parts that were moved or added, by kind.", examples=[{"notes": 1}]
    )
    behind: list[PartBehind]
    conflicts: list[Conflict] = Field(description="Empty unless it is `undo_conflict`.")
    made_at: datetime
    made_by: UUID | None
    undone_at: datetime | None
    undone_by: UUID | None
