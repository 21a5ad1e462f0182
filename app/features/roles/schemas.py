"""What comes in and what leaves about roles, their drafts and what they would change."""

import re
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from app.core.kinds import Invalid, text
from app.core.schemas import Input, Tagged

LONGEST_LABEL: Final = 60
LONGEST_NOTE: Final = 500
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
# Addresses of this kind mean something else.
RESERVED: Final = frozenset({"matrix"})
Grade = Literal["none", "masked", "read", "write", "reveal"]
Reach = Literal["own", "department", "below", "all"]
GRANT: Final = {"target": "contact", "grade": "masked", "reach": "all", "when": {"tier": ["A"]}}
GRANTED: Final = [
    {"target": "identity", "grade": "read"},
    {"target": "customers.phone", "grade": "masked", "reach": "all"},
    {"target": "contact", "grade": "read", "reach": "below", "when": {"tier": ["A", "B"]}},
]
PHONE: Final = {
    "resource": "customers",
    "field": "phone",
    "act": "read",
    "before": [{"how": "masked", "reach": "all", "when": {}}],
    "after": [{"how": "clear", "reach": "all", "when": {}}],
    "en": "Phone: read masked (all customers) -> clear (all customers)",
    "zh": "手机：查看 脱敏 (全部客户) -> 明文 (全部客户)",
}


def is_code(name: str) -> bool:
    """Whether this can be the code of a role; what cannot may be no text for PostgreSQL."""
    return CODE.fullmatch(name) is not None and name not in RESERVED


def _said(value: str) -> str:
    try:
        said: str = text(max_length=LONGEST_NOTE).normalise(value)
    except Invalid as refused:
        raise PydanticCustomError(refused.code, "not plain text") from None
    return said


Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_said)]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), AfterValidator(_said)]


class NewRole(Input):
    """A role to begin: it grants nothing until its draft is filled and published."""

    code: str = Field(
        max_length=LONGEST_LABEL,
        description="Small letters, digits and `_`; it stands in the audit and never changes.",
        examples=["partner_desk"],
    )
    en: Label = Field(examples=["Partner desk"])
    zh: Label = Field(examples=["合作伙伴专员"])


class GrantInput(Input):
    """A grade of a field group or of one field, for some customers."""

    target: str = Field(
        max_length=100,
        description="A field group, or one field of a resource; that counts before its group.",
        examples=["contact", "customers.phone"],
    )
    grade: Grade = Field(description="`reveal` stands beside the others.", examples=["masked"])
    reach: Reach | None = Field(
        None, description="Whose customers; as far as the role unless it says so.", examples=["all"]
    )
    when: dict[str, Annotated[list[str], Field(max_length=50)]] | None = Field(
        None,
        max_length=10,
        description="Values that members of the customer must have: open ones with choices.",
        examples=[{"tier": ["A", "B"]}],
    )


class DraftChange(Input):
    """A merge patch of a draft; `grants` and `permissions` are given whole or left out."""

    grants: list[GrantInput] = Field(default_factory=list, max_length=300, examples=[GRANTED])
    permissions: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=100, examples=[["customers:read"]]
    )
    reach: Literal["below", "all"] = Field(
        "below", description="How far grants reach that do not say so.", examples=["below"]
    )
    en: Label = Field("", examples=["Partner desk"])
    zh: Label = Field("", examples=["合作伙伴专员"])


class Publication(Input):
    """Why a draft is put in force."""

    note: Reason | None = Field(None, examples=["Call-backs to customers of tier A."])


class NewSeparation(Input):
    """Two roles that may not meet in one person."""

    roles: list[Annotated[str, Field(max_length=LONGEST_LABEL)]] = Field(
        min_length=2, max_length=2, examples=[["administrator", "auditor"]]
    )
    reason: Reason = Field(examples=["Who gives rights does not check their use."])


class GrantView(BaseModel):
    """A grade of a field group or of one field, for some customers."""

    target: str = Field(examples=["contact"])
    grade: str = Field(examples=["masked"])
    reach: str | None = Field(description="None: as far as the role.", examples=["all"])
    when: dict[str, list[str]] = Field(examples=[{"tier": ["A"]}])


class RoleContents(Tagged):
    """What a role grants."""

    code: str = Field(examples=["service"])
    en: str = Field(examples=["Customer service"])
    zh: str = Field(examples=["客服"])
    version: int = Field(description="What is in force; 0 before the first.", examples=[3])
    reach: str = Field(description="How far grants reach that do not say so.", examples=["all"])
    permissions: list[str] = Field(examples=[["customers:read", "self:read"]])
    grants: list[GrantView] = Field(examples=[[GRANT]])


class RoleWithGrantsView(RoleContents):
    """A role as it is in force."""

    scopes: list[str] = Field(examples=[["contact:masked@all?tier=A", "customers:read"]])
    status: str = Field(
        description="`new` before its first version, then `published`; `retired` in the end.",
        examples=["published"],
    )
    has_draft: bool = Field(description="Whether a draft is open.")
    held_by: int = Field(
        description="How many hold it, of those who have not left.", examples=[214]
    )


class RoleVersionView(BaseModel):
    """A version that was put in force."""

    code: str = Field(examples=["service"])
    version: int = Field(examples=[3])
    en: str = Field(examples=["Customer service"])
    zh: str = Field(examples=["客服"])
    reach: str = Field(examples=["all"])
    permissions: list[str] = Field(examples=[["customers:read", "self:read"]])
    grants: list[GrantView] = Field(examples=[[GRANT]])
    published_at: datetime
    published_by: UUID | None = Field(description="None: it was shipped with a release.")
    note: str | None = Field(examples=["Call-backs to customers of tier A."])


class DraftView(RoleContents):
    """What a role is to grant; a draft that is not open says what is in force."""

    is_open: bool = Field(description="Whether somebody has begun it.")
    based_on: int = Field(description="What was in force when it was edited last.", examples=[3])
    edited_at: datetime | None
    edited_by: UUID | None


class GrantedView(BaseModel):
    """How a field is granted for some customers."""

    how: str = Field(description="`masked` or `clear`; `yes` for other acts.", examples=["masked"])
    reach: str = Field(examples=["all"])
    when: dict[str, list[str]] = Field(examples=[{}])


class FieldChangeView(BaseModel):
    """What would change for one field."""

    resource: str = Field(examples=["customers"])
    field: str = Field(examples=["phone"])
    act: str = Field(description="`read`, `write` or `reveal`.", examples=["read"])
    before: list[GrantedView] = Field(description="None: not at all.", examples=[PHONE["before"]])
    after: list[GrantedView] = Field(examples=[PHONE["after"]])
    en: str = Field(examples=[PHONE["en"]])
    zh: str = Field(examples=[PHONE["zh"]])


class PermissionChangeView(BaseModel):
    """Operations that would be opened or closed."""

    added: list[str] = Field(examples=[["customers:reveal"]])
    removed: list[str] = Field(examples=[[]])


class BeforeAfter(BaseModel):
    """What is and what would be."""

    before: str = Field(examples=["below"])
    after: str = Field(examples=["all"])


class SeparationView(BaseModel):
    """Two roles that may not meet in one person."""

    separation_id: UUID
    one: str = Field(examples=["administrator"])
    other: str = Field(examples=["auditor"])
    reason: str = Field(examples=["Who gives rights does not check their use."])
    made_at: datetime
    made_by: UUID | None
    people: int = Field(description="How many hold both all the same.", examples=[0])


class ComparisonView(Tagged):
    """What publishing the draft would change, and for how many."""

    code: str = Field(examples=["service"])
    version: int = Field(description="What is in force, and compared with.", examples=[3])
    people: int = Field(description="How many hold the role.", examples=[214])
    reach: BeforeAfter
    permissions: PermissionChangeView
    fields: list[FieldChangeView] = Field(examples=[[PHONE]])
    separations: list[SeparationView] = Field(
        description="Rules that somebody who holds the role breaks: publishing is refused.",
        examples=[[]],
    )


class MatrixRoleView(BaseModel):
    """A role of the matrix."""

    code: str = Field(examples=["service"])
    en: str = Field(examples=["Customer service"])
    zh: str = Field(examples=["客服"])


class MatrixRowView(BaseModel):
    """An operation of the matrix: who may call it."""

    operation_id: str = Field(examples=["get_customer"])
    method: str = Field(examples=["GET"])
    path: str = Field(examples=["/v1/customers/{customer_id}"])
    permission: str | None = Field(examples=["customers:read"])
    step_up: str | None = Field(
        description="Whether it asks for a fresh second factor: `always`, `at-times`, or never.",
        examples=["always"],
    )
    roles: dict[str, bool] = Field(examples=[{"auditor": False, "service": True}])


class MatrixView(BaseModel):
    """Roles and operations."""

    roles: list[MatrixRoleView]
    operations: list[MatrixRowView]
