"""What a customer buys: orders, their lines, and what came back."""

from decimal import Decimal
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Index

from app.core import kinds
from app.core.fields import Field, Group
from app.core.kinds import choice, text
from app.core.records import Record
from app.features.purchases.models import choices

PURCHASES: Final = Group("purchases", "Purchases", "购买记录")
AMOUNTS: Final = Group("amounts", "Prices and amounts", "价格与金额")
OF_ORDER: Final = (
    ["customer_id", "order_id"],
    ["orders.customer_id", "orders.order_id"],
)
NOTHING: Final = Decimal(0)


class Order(
    Record,
    noun="order",
    extra=(
        Index("ix_orders_order_id", "order_id"),
        Index("ix_orders_number_order_id", "number", "order_id"),
        Index("ix_orders_placed_at_order_id", "placed_at", "order_id"),
        Index("ix_orders_status_order_id", "status", "order_id"),
    ),
):
    """An order of a customer; its amount is the sum of its lines."""

    number = Field(
        kind=text(max_length=50),
        en="Order number",
        zh="订单号",
        group=PURCHASES,
        required=True,
        fixed=True,
        aliases=("订单编号", "Order no"),
        example="SO-2026-0001",
    )
    channel = Field(kind=choice(choices.OrderChannel), en="Channel", zh="渠道", group=PURCHASES)
    currency = Field(
        kind=kinds.CURRENCY, en="Currency", zh="币种", group=PURCHASES, required=True, fixed=True
    )
    status = Field(
        kind=choice(choices.OrderStatus),
        en="Status",
        zh="状态",
        group=PURCHASES,
        owned=True,
        required=True,
        default="draft",
    )
    placed_at = Field(
        kind=kinds.TIMESTAMP,
        en="Placed",
        zh="下单时间",
        group=PURCHASES,
        about="Set by placing the order, unless it was given before.",
    )
    amount = Field(
        kind=kinds.PRICE,
        en="Amount",
        zh="金额",
        group=AMOUNTS,
        owned=True,
        required=True,
        default=NOTHING,
        about="The sum of the lines, in the order's currency.",
    )


class OrderLine(
    Record,
    noun="order_line",
    extra=(
        ForeignKeyConstraint(*OF_ORDER, ondelete="CASCADE"),
        Index("ix_order_lines_customer_id_order_id", "customer_id", "order_id"),
    ),
):
    """So much of one product at a price."""

    order_id = Field(
        kind=kinds.UUID, en="Order", zh="订单", group=PURCHASES, required=True, fixed=True
    )
    product_id = Field(
        kind=kinds.UUID, en="Product", zh="产品", group=PURCHASES, required=True, fixed=True
    )
    quantity = Field(
        kind=kinds.QUANTITY, en="Quantity", zh="数量", group=PURCHASES, required=True, example="2"
    )
    currency = Field(
        kind=kinds.CURRENCY, en="Currency", zh="币种", group=PURCHASES, owned=True, required=True
    )
    price = Field(
        kind=kinds.PRICE,
        en="Price",
        zh="单价",
        group=AMOUNTS,
        about="Of one unit; the product's list price unless given.",
    )
    discount = Field(
        kind=kinds.PRICE,
        en="Discount",
        zh="折扣",
        group=AMOUNTS,
        about="Taken off the whole line.",
        example="1.00",
    )
    amount = Field(
        kind=kinds.PRICE,
        en="Line amount",
        zh="行金额",
        group=AMOUNTS,
        owned=True,
        required=True,
        about="Quantity times price less discount, rounded half up to the currency's minor unit.",
        example="24.00",
    )
    returned_quantity = Field(
        kind=kinds.PRICE,
        en="Returned quantity",
        zh="已退数量",
        group=PURCHASES,
        owned=True,
        required=True,
        default=NOTHING,
        example="0",
    )
    returned_amount = Field(
        kind=kinds.PRICE,
        en="Returned amount",
        zh="已退金额",
        group=AMOUNTS,
        owned=True,
        required=True,
        default=NOTHING,
        example="0.00",
    )


class OrderReturn(
    Record,
    noun="order_return",
    extra=(
        ForeignKeyConstraint(*OF_ORDER, ondelete="CASCADE"),
        Index("ix_order_returns_customer_id_order_id", "customer_id", "order_id"),
    ),
):
    """So much of a line that came back."""

    order_id = Field(
        kind=kinds.UUID, en="Order", zh="订单", group=PURCHASES, owned=True, required=True
    )
    order_line_id = Field(
        kind=kinds.UUID, en="Order line", zh="订单行", group=PURCHASES, required=True, fixed=True
    )
    quantity = Field(
        kind=kinds.QUANTITY,
        en="Quantity",
        zh="数量",
        group=PURCHASES,
        required=True,
        fixed=True,
        example="1",
    )
    reason = Field(
        kind=choice(choices.ReturnReason), en="Reason", zh="退货原因", group=PURCHASES, fixed=True
    )
    amount = Field(
        kind=kinds.PRICE,
        en="Amount",
        zh="退款金额",
        group=AMOUNTS,
        owned=True,
        required=True,
        about="The share of the line amount.",
    )
