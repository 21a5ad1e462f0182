"""Inputs and views of purchases; those of orders come from the catalogue."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from app.core import kinds
from app.core.kinds import text
from app.core.schemas import Input, Tagged, View, input_of, view_of
from app.features.purchases.models import Order, OrderLine, OrderReturn

AN_ID: Final = "01890000-0000-7000-8000-00000000000c"


_NAME: Final = text(max_length=200)
_UNIT: Final = text(max_length=20)
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Name = Annotated[str, _NAME.validator, WithJsonSchema(dict(_NAME.schema))]
Unit = Annotated[str, _UNIT.validator, WithJsonSchema(dict(_UNIT.schema))]
Price = Annotated[Any, kinds.PRICE.validator, WithJsonSchema(dict(kinds.PRICE.schema))]
Currency = Annotated[str, kinds.CURRENCY.validator, WithJsonSchema(dict(kinds.CURRENCY.schema))]
Quantity = Annotated[Any, kinds.QUANTITY.validator, WithJsonSchema(dict(kinds.QUANTITY.schema))]
_REASON: Final = OrderReturn.fields["reason"].kind
Reason = Annotated[str, _REASON.validator, WithJsonSchema(dict(_REASON.schema))]
Id = Annotated[UUID, Field(strict=False, examples=[AN_ID])]


class ProductCategoryView(Tagged):
    """A category of products."""

    product_category_id: UUID
    code: str = Field(examples=["tea"])
    name: str = Field(examples=["Tea"])
    name_zh: str | None = Field(examples=["茶叶"])
    parent_id: UUID | None
    retired_at: datetime | None = Field(examples=[None])


class NewProductCategory(Input):
    """A category to open."""

    code: Code = Field(examples=["tea"])
    name: Name = Field(examples=["Tea"])
    name_zh: Name | None = Field(None, examples=["茶叶"])
    parent_id: Id | None = Field(None, examples=[None])


class ProductCategoryChange(Input):
    """A merge patch of a category; its code stays."""

    name: Name = Field("", examples=["Tea"])
    name_zh: Name | None = Field(None, examples=["茶叶"])
    parent_id: Id | None = Field(None, examples=[None])


class ProductView(Tagged):
    """A product."""

    product_id: UUID
    code: str = Field(examples=["TEA-001"])
    name: str = Field(examples=["Green tea, 250 g"])
    name_zh: str | None = Field(examples=["绿茶 250 克"])
    product_category_id: UUID | None
    unit: str = Field(examples=["tin"])
    list_price: str | None = Field(examples=["88.00"])
    currency: str = Field(examples=["CNY"])
    retired_at: datetime | None = Field(examples=[None])


class NewProduct(Input):
    """A product to open."""

    code: Code = Field(examples=["TEA-001"])
    name: Name = Field(examples=["Green tea, 250 g"])
    name_zh: Name | None = Field(None, examples=["绿茶 250 克"])
    product_category_id: Id | None = Field(None, examples=[None])
    unit: Unit = Field(examples=["tin"])
    list_price: Price | None = Field(None, examples=["88.00"])
    currency: Currency = Field("CNY", examples=["CNY"])


class ProductChange(Input):
    """A merge patch of a product; its code stays."""

    name: Name = Field("", examples=["Green tea, 250 g"])
    name_zh: Name | None = Field(None, examples=["绿茶 250 克"])
    product_category_id: Id | None = Field(None, examples=[None])
    unit: Unit = Field("", examples=["tin"])
    list_price: Price | None = Field(None, examples=["88.00"])
    currency: Currency = Field("CNY", examples=["CNY"])


@view_of(OrderLine)
class OrderLineView(View):
    """So much of one product in an order."""


@view_of(OrderReturn)
class OrderReturnView(View):
    """So much of a line that came back."""


@view_of(Order)
class OrderSummaryView(View):
    """An order as lists show it."""


@view_of(Order)
class OrderView(View):
    """An order with its lines; the ETag speaks for the order, whose amount follows its lines."""

    lines: list[OrderLineView] | None = Field(description="Null where lines are hidden from you.")


@input_of(OrderLine, without=("order_id",))
class NewLine(Input):
    """A line to bring along with a new order."""


@input_of(OrderLine)
class NewOrderLine(Input):
    """A line to add to a draft."""


@input_of(OrderLine, partial=True)
class OrderLineChange(Input):
    """A merge patch of a line of a draft; null takes the list price again, or no discount."""


@input_of(Order)
class NewOrder(Input):
    """An order to open as a draft."""

    lines: list[NewLine] = Field(default_factory=list, max_length=200)


@input_of(Order, partial=True)
class OrderChange(Input):
    """A merge patch of a draft."""


class ReturnedLine(Input):
    """How much of a line comes back."""

    order_line_id: Id
    quantity: Quantity = Field(examples=["1"])


class Return(Input):
    """What comes back, and why."""

    lines: list[ReturnedLine] = Field(min_length=1, max_length=50)
    reason: Reason = Field(examples=["damaged"])


@view_of(OrderLine)
class PurchaseView(View):
    """A line of an order that counts, with what it was and when."""

    product_code: str | None = Field(examples=["TEA-001"])
    product_name: str | None = Field(examples=["Green tea, 250 g"])
    product_name_zh: str | None = Field(examples=["绿茶 250 克"])
    order_number: str | None = Field(examples=["SO-2026-0001"])
    order_status: str | None = Field(examples=["completed"])
    placed_at: datetime | None


class PurchaseTotal(BaseModel):
    """What all lines in one currency come to."""

    currency: str = Field(examples=["CNY"])
    lines: int = Field(examples=[3])
    amount: str = Field(examples=["264.00"])
    returned: str = Field(examples=["88.00"])
    net: str = Field(examples=["176.00"])


class PurchaseList(BaseModel):
    """What a customer has bought, newest first; cancelled orders and drafts do not count."""

    items: list[PurchaseView]
    next_cursor: str | None = Field(examples=[None])
    has_more: bool = Field(examples=[False])
    totals: list[PurchaseTotal] | None = Field(
        description="Over all pages; null where you do not see amounts and currency in clear."
    )


class OrderHistoryEntry(BaseModel):
    """An order as it was over a span of time, as far as your grades reach."""

    valid_from: datetime | None
    valid_to: datetime | None
    changed_by: str | None
    changed: list[str]
    record: OrderSummaryView


class OrderLineHistoryEntry(BaseModel):
    """A line as it was over a span of time, as far as your grades reach."""

    valid_from: datetime | None
    valid_to: datetime | None
    changed_by: str | None
    changed: list[str]
    record: OrderLineView
