"""What a customer has bought: lines of orders that count, newest first, and their totals."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    select,
    tuple_,
)

from app.core.reading import Question
from app.core.statements import any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.purchases.models import Order, OrderLine

BOUGHT: Final = ["placed", "fulfilled", "completed", "returned"]
_ORDERS: Final = Order.table
_LINES: Final = OrderLine.table
_SAME: Final = and_(
    _ORDERS.c.customer_id == _LINES.c.customer_id, _ORDERS.c.order_id == _LINES.c.order_id
)
_COUNTS: Final = (
    _LINES.c.customer_id == bindparam("customer_id", type_=Uuid),
    _ORDERS.c.status == any_of("bought", Text),
    _ORDERS.c.placed_at.is_not(None),
)
_PLACE: Final = tuple_(_ORDERS.c.placed_at, _LINES.c.order_line_id)
USED: Final = (Order.fields["status"], Order.fields["placed_at"])


def _bought(asked: Select[Any]) -> Select[Any]:
    asked = asked.join(_ORDERS, _SAME).where(*_COUNTS)
    asked = asked.order_by(_ORDERS.c.placed_at.desc(), _LINES.c.order_line_id.desc())
    return asked.limit(bindparam("most", type_=Integer))


def _after(asked: Select[Any]) -> Select[Any]:
    last = tuple_(
        bindparam("placed_at", type_=DateTime(timezone=True)), bindparam("last_id", type_=Uuid)
    )
    return _bought(asked.where(last > _PLACE))


FIRST: Final = Question(OrderLine, _bought, USED)
NEXT: Final = Question(OrderLine, _after, USED)
TOTALS: Final = compile_statement(
    select(
        _LINES.c.currency,
        func.count().label("lines"),
        func.sum(_LINES.c.amount).label("amount"),
        func.sum(_LINES.c.returned_amount).label("returned"),
    )
    .select_from(_LINES.join(_ORDERS, _SAME))
    .where(*_COUNTS)
    .group_by(_LINES.c.currency)
    .order_by(_LINES.c.currency)
)


class PurchaseRepository:
    """Reads what a customer within reach has bought."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def lines(
        self, customer_id: UUID, after: tuple[datetime, UUID] | None, most: int
    ) -> list[dict[str, Any]]:
        """Return lines, the newest order first."""
        params: dict[str, Any] = {"customer_id": customer_id, "bought": BOUGHT, "most": most}
        if after is None:
            return await self._work.read(FIRST, params, shown=most - 1)
        params |= {"placed_at": after[0], "last_id": after[1]}
        return await self._work.read(NEXT, params, shown=most - 1)

    async def totals(self, customer_id: UUID) -> list[dict[str, Any]]:
        """Return what all lines come to, for each currency."""
        rows = await self._work.fetch(TOTALS, {"customer_id": customer_id, "bought": BOUGHT})
        return [dict(row) for row in rows]
