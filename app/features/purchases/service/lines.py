"""Lines of drafts, and returns as they stand: each change brings the order's amount along."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.filters import Branch, Leaf
from app.core.paging import Asked
from app.core.problems import FieldNotAvailable
from app.core.projections import project, require_seen
from app.core.repository import Ids, Repository, require_writable
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.core.writing import stamps
from app.features.customers.service import CustomerService, HistoryService
from app.features.purchases.models import OrderLine
from app.features.purchases.problems import OrderFull, OrderNotDraft
from app.features.purchases.repository import (
    OrderLineRepository,
    OrderRepository,
    OrderReturnRepository,
    ProductRepository,
)
from app.features.purchases.repository.orders import WRITING, Held
from app.features.purchases.repository.parts import MOST_LINES
from app.features.purchases.service.orders import DRAFT, line_draft
from app.features.purchases.service.pricing import checked, priced

PRICING: Final = frozenset({"quantity", "price", "discount"})


class LineService:
    """What may be done with the lines of an order; the order is locked before its lines."""

    def __init__(self, work: UnitOfWork, *, of_returns: bool = False) -> None:
        self._work = work
        self._orders = OrderRepository(work)
        self._lines = OrderLineRepository(work)
        self._listed: Repository = OrderReturnRepository(work) if of_returns else self._lines
        require_seen(self._listed.record, work.actor.policy)

    async def page(self, customer_id: UUID, asked: Asked) -> Listed:
        """List the lines or returns of a customer within reach; `order_id` picks an order."""
        if asked.one("include") is not None:
            raise FieldNotAvailable(names=["include"])
        await CustomerService(self._work).granted(customer_id)
        policy, sealing = self._work.actor.policy, self._work.platform.sealing
        page = asked.page(self._listed.record, policy, sealing)
        of = Branch("all", (Leaf("customer_id", "eq", customer_id),))
        return await self._listed.page(page.narrowed(of))

    async def get(self, ids: Ids, asked: Asked) -> Shown:
        """Show one line or return."""
        asked.only("fields")
        names = asked.names(self._listed.record, self._work.actor.policy)
        return Shown(await self._listed.get(ids, names), tagged=names is None)

    async def history(self, ids: Ids, asked: Asked) -> Listed:
        """List what a line was."""
        return await HistoryService(self._work).of_part(OrderLineRepository, ids, asked)

    async def add(self, customer_id: UUID, values: Mapping[str, Any]) -> Shown:
        """Add a line to a draft; the order's amount follows in the same transaction."""
        own = {name: value for name, value in values.items() if name != "order_id"}
        owner = await CustomerService(self._work).owning(customer_id)
        require_writable(OrderLine, owner.policy, own)
        products = await ProductRepository(self._work).with_ids([values["product_id"]])
        async with self._work.pinned():
            held = await self._draft(Ids(customer_id, values["order_id"]))
            if (await self._orders.total(held.ids))[0] >= MOST_LINES:
                raise OrderFull
            traced = stamps(now(), self._work.actor.actor_id) | {"customer_id": customer_id}
            draft = line_draft(owner, {**traced, **own}, held.ids.row_id, held.currency, products)
            projection = project(OrderLine, owner.policy, None)
            self._work.note([str(customer_id)], OrderLine.resource, projection.disclosed)
            await self._lines.add(draft, values)
            await self._follow(held)
        path = f"/v1/customers/{customer_id}/order-lines/{draft.row_id}"
        return Shown(projection.of_values(draft.values), location=path)

    async def change(self, ids: Ids, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a line of a draft."""
        self._lines.require_writable(values)
        await CustomerService(self._work).owning(ids.customer_id)
        order_id = (await self._lines.facts(ids)).order_id
        async with self._work.pinned():
            held = await self._draft(Ids(ids.customer_id, order_id))
            owned = await self._repriced(ids, values)
            shown = await self._lines.change(ids, seen, values, None, WRITING, **owned)
            await self._follow(held)
        return shown

    async def remove(self, ids: Ids, seen: str) -> Nothing:
        """Remove a line of a draft; history keeps it."""
        await CustomerService(self._work).owning(ids.customer_id)
        order_id = (await self._lines.facts(ids)).order_id
        async with self._work.pinned():
            held = await self._draft(Ids(ids.customer_id, order_id))
            await self._lines.remove(ids, seen)
            await self._follow(held)
        return Nothing()

    async def _draft(self, ids: Ids) -> Held:
        held = await self._orders.hold(ids)
        if held.status != DRAFT:
            raise OrderNotDraft
        return held

    async def _repriced(self, ids: Ids, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return price, discount and amount of a line that is about to change."""
        if PRICING.isdisjoint(values):
            return {}
        facts = await self._lines.facts(ids)
        products = await ProductRepository(self._work).with_ids([facts.product_id])
        stands = {name: getattr(facts, name) for name in PRICING}
        return priced({**stands, **values}, products.get(facts.product_id), facts.currency)

    async def _follow(self, held: Held) -> None:
        """Bring the order's amount to what its lines come to now."""
        _, amount = await self._orders.total(held.ids)
        if amount != held.amount:
            await self._orders.set(held, amount=checked(amount))
