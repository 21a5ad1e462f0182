"""What ties a customer to others: notes of colleagues, relationships, ids in other systems."""

from app.core import kinds
from app.core.fields import Field, Level
from app.core.kinds import choice, text
from app.core.records import Record
from app.features.customers.models import choices
from app.features.customers.models.groups import EXTERNAL, LINKS, NOTES


class Note(Record, noun="note"):
    """What a colleague wrote down about a customer."""

    text = Field(
        kind=text(max_length=10_000, multiline=True),
        en="Text",
        zh="内容",
        group=NOTES,
        level=Level.PERSONAL,
        required=True,
    )
    is_pinned = Field(kind=kinds.BOOLEAN, en="Pinned", zh="置顶", group=NOTES)


class Relationship(Record, noun="relationship", refers="other_id"):
    """One customer's tie to another for a time; it stands under both customers."""

    other_id = Field(
        kind=kinds.UUID, en="Other customer", zh="关联客户", group=LINKS, required=True, fixed=True
    )
    direction = Field(
        kind=choice(choices.Direction),
        en="Direction",
        zh="方向",
        group=LINKS,
        owned=True,
        required=True,
        default="outgoing",
    )
    type = Field(
        kind=choice(choices.RelationshipType),
        en="Type",
        zh="关系类型",
        group=LINKS,
        required=True,
        about="What the other customer is to this one, when outgoing.",
    )
    title = Field(
        kind=text(max_length=100), en="Title", zh="职务", group=LINKS, example="Head of purchasing"
    )
    decision_role = Field(
        kind=text(max_length=100),
        en="Role in decisions",
        zh="决策角色",
        group=LINKS,
        example="Decides",
    )
    is_primary = Field(kind=kinds.BOOLEAN, en="Primary", zh="首选", group=LINKS)
    valid_from = Field(kind=kinds.DATE, en="Valid from", zh="开始日期", group=LINKS)
    valid_to = Field(
        kind=kinds.DATE, en="Valid to", zh="结束日期", group=LINKS, example="2030-12-31"
    )
    note = Field(
        kind=text(max_length=500),
        en="Note",
        zh="说明",
        group=LINKS,
        level=Level.PERSONAL,
        example="Met at the trade fair",
    )


class ExternalId(Record, noun="external_id"):
    """The customer's id in another system; one system gives it to one customer only."""

    system = Field(
        kind=text(max_length=50),
        en="System",
        zh="外部系统",
        group=EXTERNAL,
        required=True,
        example="erp",
    )
    value = Field(
        kind=text(max_length=100),
        en="Id",
        zh="外部编号",
        group=EXTERNAL,
        level=Level.PERSONAL,
        lookup="external_id",
        required=True,
        aliases=("客户编号", "编号", "客户号", "External id", "Customer no", "Customer number"),
        example="C-10001",
    )
