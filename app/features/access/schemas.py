"""What is asked to be explained, and the explanation."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input


class Explain(Input):
    """Whose sight of which customer; a role is taken for somebody of the customer's department."""

    customer_id: UUID = Field(strict=False, examples=["01890000-0000-7000-8000-00000000000a"])
    user_id: UUID | None = Field(None, strict=False, examples=[None])
    role: str | None = Field(None, max_length=100, examples=["service"])


class Words(BaseModel):
    """A sentence in both languages."""

    en: str = Field(examples=["Granted masked by the role service."])
    zh: str = Field(examples=["角色 service 仅授予掩码查看。"])


class RuleView(BaseModel):
    """A grant: what it says, whose it is, and whether this customer is one of those it is about."""

    scope: str = Field(examples=["contact:masked"])
    role: str = Field(examples=["service"])
    reach: str = Field(description="own, department, below or all.", examples=["all"])
    when: dict[str, list[str]] = Field(
        description="Values that members of the customer must have.", examples=[{}]
    )
    applies: bool = Field(examples=[True])


class FieldExplanation(BaseModel):
    """What is seen of one field, and the rule that decided."""

    resource: str = Field(examples=["customers"])
    name: str = Field(examples=["phone"])
    group: str = Field(examples=["contact"])
    level: str = Field(examples=["personal"])
    read: Literal["show", "mask", "hide"] = Field(examples=["mask"])
    write: bool = Field(examples=[False])
    reveal: bool = Field(examples=[True])
    reason: str = Field(
        description="`granted`, `masked`, `sensitive`, `pooled`, `lent`, `emergency`, "
        "`elsewhere` or `not-granted`.",
        examples=["masked"],
    )
    words: Words
    decided_by: RuleView | None = Field(
        description="The grant that decided; for a hidden field, one that applies elsewhere."
    )


class Explanation(BaseModel):
    """A customer through somebody's eyes, field by field."""

    customer_id: UUID
    user_id: UUID | None
    roles: list[str] = Field(examples=[["service"]])
    is_within_reach: bool
    reach_words: Words
    fields: list[FieldExplanation]
