"""Opening, showing and changing orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.clock import new_id, now
from app.core.filters import Branch, Leaf
from app.core.paging import Asked
from app.core.problems import FieldNotAvailable, NotPermitted
from app.core.projections import Opened, is_seen, project, require_seen
from app.core.repository import Ids, require_writable
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.core.writing import Draft, stamps
from app.features.customers.service import CustomerService, HistoryService
from app.features.purchases.models import Order, OrderLine
from app.features.purchases.problems import OrderNotDraft
from app.features.purchases.repository import (
    OrderLineRepository,
    OrderRepository,
    ProductRepository,
)
from app.features.purchases.repository.orders import WRITING
from app.features.purchases.service.pricing import checked, priced, sold

DRAFT = "draft"


class OrderService:
    """What may be done with orders."""

    def __init__(self, work: UnitOfWork) -> None:
        require_seen(Order, work.actor.policy)
        self._work = work
        self._orders = OrderRepository(work)
        self._lines = OrderLineRepository(work)

    async def page(self, asked: Asked, customer_id: UUID | None = None) -> Listed:
        """List orders within reach, or those of one customer; raises NotFound for that one."""
        if asked.one("include") is not None:
            raise FieldNotAvailable(names=["include"])
        page = asked.page(Order, self._work.actor.policy, self._work.platform.sealing)
        if customer_id is not None:
            await CustomerService(self._work).granted(customer_id)
            page = page.narrowed(Branch("all", (Leaf("customer_id", "eq", customer_id),)))
        return await self._orders.page(page)

    async def get(self, ids: Ids) -> Shown:
        """Show one order with its lines."""
        values = await self._orders.get(ids)
        return Shown(values, extra={"lines": await self._lines.of_order(ids)})

    async def history(self, ids: Ids, asked: Asked) -> Listed:
        """List what an order was."""
        return await HistoryService(self._work).of_part(OrderRepository, ids, asked)

    async def create(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Open a draft with its lines, of a customer within reach that is not archived."""
        lines = values.get("lines", [])
        own = {name: value for name, value in values.items() if name != "lines"}
        owner = await CustomerService(self._work).owning(customer_id)
        self._require_granted(owner, own, lines)
        drafts = await self._drafts(owner, own, lines)
        shown = [project(one.record, owner.policy, None) for one in drafts]
        self._work.line.changed.update(dict.fromkeys([*own, *(["lines"] if lines else [])]))
        for one, projection in zip(drafts, shown, strict=True):
            self._work.note([str(customer_id)], one.record.resource, projection.disclosed)
        self._work.line.detail["order_id"] = str(drafts[0].row_id)
        await self._orders.add(drafts)
        views = [one.of_values(draft.values) for one, draft in zip(shown, drafts, strict=True)]
        location = f"/v1/customers/{customer_id}/orders/{drafts[0].row_id}"
        seen = is_seen(OrderLine, owner.policy)
        return Shown(views[0], extra={"lines": views[1:] if seen else None}, location=location)

    async def change(self, ids: Ids, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a draft; raises OrderNotDraft."""
        self._orders.require_writable(values)
        await CustomerService(self._work).owning(ids.customer_id)
        async with self._work.pinned():
            held = await self._orders.hold(ids, seen)
            if held.status != DRAFT:
                raise OrderNotDraft
            lines = await self._lines.of_order(ids)
            changed = await self._orders.change(ids, seen, values, None, WRITING)
        changed.extra["lines"] = lines
        return changed

    def _require_granted(
        self, owner: Opened, values: Mapping[str, Any], lines: list[dict[str, Any]]
    ) -> None:
        require_writable(Order, owner.policy, values)
        for line in lines:
            require_writable(OrderLine, owner.policy, line)
        if not owner.policy.allows(WRITING):
            raise NotPermitted

    async def _drafts(
        self, owner: Opened, values: Mapping[str, Any], lines: list[dict[str, Any]]
    ) -> list[Draft]:
        products = await ProductRepository(self._work).with_ids([e["product_id"] for e in lines])
        currency, order_id = values["currency"], new_id()
        common = stamps(now(), self._work.actor.actor_id) | {"customer_id": owner.customer_id}
        made = [
            line_draft(owner, {**common, **line}, order_id, currency, products) for line in lines
        ]
        amount = checked(sum((one.values["amount"] for one in made), Decimal(0)))
        stored = {**values, **common, "order_id": order_id, "status": DRAFT, "amount": amount}
        return [Draft(Order, owner.customer_id, order_id, owner.key, stored), *made]


def line_draft(
    owner: Opened,
    values: Mapping[str, Any],
    order_id: UUID,
    currency: str,
    products: Mapping[UUID, Mapping[str, Any]],
) -> Draft:
    """Return a line about to be written, priced; raises ProductNotAvailable and others."""
    product = sold(products, values["product_id"])
    stored = {
        **values,
        **priced(values, product, currency),
        "order_line_id": new_id(),
        "order_id": order_id,
        "currency": currency,
        "returned_quantity": Decimal(0),
        "returned_amount": Decimal(0),
    }
    return Draft(OrderLine, owner.customer_id, stored["order_line_id"], owner.key, stored)
