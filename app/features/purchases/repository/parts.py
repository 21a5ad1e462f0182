"""Lines and returns of orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, select

from app.core.problems import NotFound
from app.core.projections import is_seen
from app.core.reading import Question
from app.core.records import Record
from app.core.repository import ANY_STATE, Ids, Repository
from app.core.statements import compile_statement
from app.core.views import Shown
from app.core.writing import Draft, insert_drafts
from app.features.purchases.models import OrderLine, OrderReturn
from app.features.purchases.repository.orders import OF_ORDER, WRITING

MOST_LINES: Final = 200
_LINES: Final = OrderLine.table.c
FACTS: Final = (
    _LINES.order_line_id,
    _LINES.order_id,
    _LINES.product_id,
    _LINES.currency,
    _LINES.quantity,
    _LINES.price,
    _LINES.discount,
    _LINES.amount,
    _LINES.returned_quantity,
    _LINES.returned_amount,
)
ONE: Final = compile_statement(
    select(*FACTS).where(
        _LINES.customer_id == bindparam("customer_id", type_=Uuid),
        _LINES.order_line_id == bindparam("row_id", type_=Uuid),
    )
)
ALL: Final = compile_statement(select(*FACTS).where(*OF_ORDER))
SHOWN: Final = Question(
    OrderLine,
    lambda asked: (
        asked.where(*OF_ORDER)
        .order_by(OrderLine.table.c.order_line_id)
        .limit(bindparam("most", type_=Integer))
    ),
)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as it stands, whatever the actor sees of it."""

    order_line_id: UUID
    order_id: UUID
    product_id: UUID
    currency: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    amount: Decimal
    returned_quantity: Decimal
    returned_amount: Decimal


class OrderLineRepository(Repository):
    """Order lines; their order is held by whoever writes them."""

    record: ClassVar[type[Record]] = OrderLine

    async def of_order(self, ids: Ids) -> list[dict[str, Any]] | None:
        """Return what the actor sees of an order's lines; None when lines are hidden altogether."""
        if not is_seen(OrderLine, self.work.actor.policy):
            return None
        return await self.work.read(SHOWN, {**ids.params(), "most": MOST_LINES})

    async def facts(self, ids: Ids) -> LineFacts:
        """Return a line within reach as it stands; raises NotFound."""
        await self.open(ids)
        rows = await self.work.fetch(ONE, ids.params())
        if not rows:
            raise NotFound
        return LineFacts(*rows[0])

    async def all_facts(self, ids: Ids) -> dict[UUID, LineFacts]:
        """Return all lines of an order that is held, by their ids."""
        rows = await self.work.fetch(ALL, ids.params())
        return {row["order_line_id"]: LineFacts(*row) for row in rows}

    async def add(self, draft: Draft, values: Mapping[str, Any]) -> None:
        """Write a line to an order that is held, with a line in the audit."""
        self.work.line.note_subjects([str(draft.customer_id)])
        self.work.line.changed.update(dict.fromkeys(values))
        self.work.line.detail["order_id"] = str(draft.values["order_id"])
        async with self.work.changing() as connection:
            await insert_drafts(connection, [draft], self.work.platform.sealing)

    async def set(self, ids: Ids, **owned: Any) -> Shown:
        """Set what the service owns of a line, with a line of its own in the audit."""
        self.work.next_line()
        return await self.change(ids, ANY_STATE, {}, None, WRITING, **owned)


class OrderReturnRepository(Repository):
    """What came back."""

    record: ClassVar[type[Record]] = OrderReturn

    async def add(self, drafts: list[Draft]) -> None:
        """Write returns to an order that is held, with a line in the audit."""
        self.work.next_line()
        line = self.work.line
        line.note_subjects([str(drafts[0].customer_id)])
        line.changed.update(dict.fromkeys(("order_line_id", "quantity", "reason", "amount")))
        line.detail["order_id"] = str(drafts[0].values["order_id"])
        line.detail["returns"] = {
            str(one.values["order_line_id"]): str(one.values["quantity"]) for one in drafts
        }
        async with self.work.changing() as connection:
            await insert_drafts(connection, drafts, self.work.platform.sealing)
