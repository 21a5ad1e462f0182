"""Steps of an order: placed, fulfilled, completed, cancelled, returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.problems import NotFound
from app.core.projections import require_seen
from app.core.repository import Ids
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.core.writing import Draft, stamps
from app.features.customers.service import CustomerService
from app.features.purchases.models import Order, OrderReturn
from app.features.purchases.problems import OrderEmpty, ReturnTooLarge, TransitionNotAllowed
from app.features.purchases.repository import (
    LineFacts,
    OrderLineRepository,
    OrderRepository,
    OrderReturnRepository,
)
from app.features.purchases.repository.orders import Held
from app.features.purchases.service.pricing import share

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Where an order may stand before a step, and where it stands after."""

    begins: frozenset[str]
    ends: str


# The closed table: what is not here does not happen.
STEPS: Final = {
    "place": Step(frozenset({"draft"}), "placed"),
    "fulfil": Step(frozenset({"placed"}), "fulfilled"),
    "complete": Step(frozenset({"fulfilled"}), "completed"),
    "cancel": Step(frozenset({"draft", "placed"}), "cancelled"),
    "return": Step(frozenset({"fulfilled", "completed"}), "returned"),
}


class OrderActService:
    """Each step locks the order, weighs how it really stands, and sets its status."""

    def __init__(self, work: UnitOfWork) -> None:
        require_seen(Order, work.actor.policy)
        self._work = work
        self._orders = OrderRepository(work)
        self._lines = OrderLineRepository(work)

    async def take(self, step: str, ids: Ids, seen: str) -> Shown:
        """Take a step; raises TransitionNotAllowed, OrderEmpty."""
        await CustomerService(self._work).owning(ids.customer_id)
        async with self._work.pinned():
            held = await self._hold(step, ids, seen)
            owned: dict[str, Any] = {"status": STEPS[step].ends}
            if step == "place":
                owned |= await self._placed(held)
            lines = await self._lines.of_order(ids)  # noted on the audit line that the step carries
            shown = await self._orders.set(held, **owned)
        shown.extra["lines"] = lines
        return shown

    async def take_back(self, ids: Ids, seen: str, lines: Sequence[Given], reason: str) -> Shown:
        """Note what comes back; when all of it is back, the order is returned."""
        await CustomerService(self._work).owning(ids.customer_id)
        async with self._work.pinned():
            held = await self._hold("return", ids, seen)
            stand = await self._lines.all_facts(ids)
            fresh = [_returned(stand, one) for one in lines]
            traced = stamps(now(), self._work.actor.actor_id)
            for one in fresh:
                await self._bring_back(ids.customer_id, one)
            drafts = [self._draft(held, one, {**traced, "reason": reason}) for one in fresh]
            shown = await self._answer(held)
            await OrderReturnRepository(self._work).add(drafts)
        return shown

    async def _hold(self, step: str, ids: Ids, seen: str) -> Held:
        held = await self._orders.hold(ids, seen)
        if held.status not in STEPS[step].begins:
            raise TransitionNotAllowed
        return held

    async def _placed(self, held: Held) -> dict[str, Any]:
        """Return the time of placing, unless it was given before; raises OrderEmpty."""
        count, _ = await self._orders.total(held.ids)
        if not count:
            raise OrderEmpty
        given = held.opened.stored.get("placed_at")
        return {} if given else {"placed_at": now()}

    async def _bring_back(self, customer_id: UUID, back: "Back") -> None:
        line = back.line
        await self._lines.set(
            Ids(customer_id, line.order_line_id),
            returned_quantity=line.returned_quantity + back.quantity,
            returned_amount=line.returned_amount + back.amount,
        )

    def _draft(self, held: Held, back: "Back", values: Given) -> Draft:
        stored = {
            **values,
            "customer_id": held.ids.customer_id,
            "order_return_id": new_id(),
            "order_id": held.ids.row_id,
            "order_line_id": back.line.order_line_id,
            "quantity": back.quantity,
            "amount": back.amount,
        }
        opened = held.opened
        return Draft(OrderReturn, opened.customer_id, stored["order_return_id"], opened.key, stored)

    async def _answer(self, held: Held) -> Shown:
        """Return the order if all is back; the audit line to come bears what is shown here."""
        lines = (await self._lines.all_facts(held.ids)).values()
        if all(line.returned_quantity == line.quantity for line in lines):
            await self._orders.set(held, status=STEPS["return"].ends)
        self._work.next_line()
        values = await self._orders.get(held.ids)
        return Shown(values, extra={"lines": await self._lines.of_order(held.ids)})


@dataclass(frozen=True, slots=True)
class Back:
    """So much of a line that comes back, and what it comes to."""

    line: LineFacts
    quantity: Decimal
    amount: Decimal


def _returned(stand: dict[UUID, LineFacts], asked: Given) -> Back:
    """Weigh a return; raises NotFound for a line of another order, ReturnTooLarge."""
    line = stand.pop(asked["order_line_id"], None)
    if line is None:
        raise NotFound
    back = line.returned_quantity + asked["quantity"]
    if back > line.quantity:
        raise ReturnTooLarge
    whole = share(line.amount, line.quantity, back, line.currency)
    return Back(line, asked["quantity"], whole - line.returned_amount)
