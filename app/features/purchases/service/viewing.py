"""What a customer has bought, line by line in the order of time, with totals by currency."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.access import Decision
from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP
from app.core.paging import Asked, read_limit
from app.core.projections import require_seen
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.customers.service import CustomerService
from app.features.purchases.models import Order, OrderLine
from app.features.purchases.repository import (
    OrderRepository,
    ProductRepository,
    PurchaseRepository,
)

COUNTED: Final = (
    Order.fields["status"],
    Order.fields["placed_at"],
    OrderLine.fields["currency"],
    OrderLine.fields["amount"],
    OrderLine.fields["returned_amount"],
)
NAMES: Final = {"product_code": "code", "product_name": "name", "product_name_zh": "name_zh"}
OF_ORDER: Final = {"order_number": "number", "order_status": "status", "placed_at": "placed_at"}


class PurchaseService:
    """The read view of a customer's purchases."""

    def __init__(self, work: UnitOfWork) -> None:
        for record in (Order, OrderLine):
            require_seen(record, work.actor.policy)
        self._work = work
        self._purchases = PurchaseRepository(work)

    async def page(self, customer_id: UUID, asked: Asked) -> Listed:
        """List lines of orders that count, newest first; raises NotFound."""
        asked.only("limit", "cursor")
        policy = await CustomerService(self._work).granted(customer_id)
        limit, place = read_limit(asked.one("limit")), f"purchases {customer_id}"
        after = self._after(place, asked.one("cursor"))
        found = await self._purchases.lines(customer_id, after, limit + 1)
        items, more = found[:limit], len(found) > limit
        await self._name(customer_id, items)
        seen = all(policy.on_read(entry) is Decision.SHOW for entry in COUNTED)
        totals = await self._totals(customer_id) if seen else None
        last = self._cursor(place, items[-1]) if more else None
        return Listed(items, last, extra={"totals": totals})

    def _after(self, place: str, cursor: str | None) -> tuple[datetime, UUID] | None:
        if cursor is None:
            return None
        placed_at, last_id = read_cursor(self._work.platform.sealing, place, cursor)
        return TIMESTAMP.normalise(placed_at), UUID(last_id)

    def _cursor(self, place: str, last: Mapping[str, Any]) -> str:
        position = [last["placed_at"], last["order_line_id"]]
        return write_cursor(self._work.platform.sealing, place, position)

    async def _name(self, customer_id: UUID, items: list[dict[str, Any]]) -> None:
        """Say of each line what it was and in which order; what is hidden is not looked for."""
        orders = await OrderRepository(self._work).with_ids(
            [UUID(one["order_id"]) for one in items if one["order_id"]], customer_id
        )
        sold = [UUID(one["product_id"]) for one in items if one["product_id"]]
        products = await ProductRepository(self._work).with_ids(sold)
        for one in items:
            product = products.get(UUID(one["product_id"])) if one["product_id"] else None
            order = orders.get(one["order_id"])
            one |= {name: product and product[of] for name, of in NAMES.items()}
            one |= {name: order and order[of] for name, of in OF_ORDER.items()}

    async def _totals(self, customer_id: UUID) -> list[dict[str, Any]]:
        totals = await self._purchases.totals(customer_id)
        return [{**one, "net": one["amount"] - one["returned"]} for one in totals]
