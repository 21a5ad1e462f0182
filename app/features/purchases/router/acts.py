"""Routes of the steps of an order."""

from typing import Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import IfMatchMissing, Malformed, NotFound, Stale
from app.core.repository import Ids
from app.core.views import Shown
from app.features.customers.problems import CustomerArchived
from app.features.purchases.problems import OrderEmpty, ReturnTooLarge, TransitionNotAllowed
from app.features.purchases.schemas import OrderView, Return
from app.features.purchases.service import OrderActService
from app.http.routes import FeatureRouter, IfMatch, Work

router = FeatureRouter("/v1/customers/{customer_id}/orders/{order_id}", "orders")
WRITING: Final = Permission.ORDERS_WRITE
STEPPING: Final = (NotFound, Stale, IfMatchMissing, CustomerArchived, TransitionNotAllowed)


@router.post(
    "/place", permission=WRITING, response_model=OrderView, problems=(*STEPPING, OrderEmpty)
)
async def place_order(customer_id: UUID, order_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Place a draft that has lines; from now on its lines stay as they are."""
    return await OrderActService(work).take("place", Ids(customer_id, order_id), seen)


@router.post("/fulfil", permission=WRITING, response_model=OrderView, problems=STEPPING)
async def fulfil_order(customer_id: UUID, order_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Note that a placed order has been delivered."""
    return await OrderActService(work).take("fulfil", Ids(customer_id, order_id), seen)


@router.post("/complete", permission=WRITING, response_model=OrderView, problems=STEPPING)
async def complete_order(customer_id: UUID, order_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Note that a fulfilled order is settled."""
    return await OrderActService(work).take("complete", Ids(customer_id, order_id), seen)


@router.post("/cancel", permission=WRITING, response_model=OrderView, problems=STEPPING)
async def cancel_order(customer_id: UUID, order_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Cancel an order that is not fulfilled yet; its number is not given again."""
    return await OrderActService(work).take("cancel", Ids(customer_id, order_id), seen)


@router.post(
    "/return",
    permission=WRITING,
    response_model=OrderView,
    problems=(*STEPPING, ReturnTooLarge, Malformed),
)
async def return_order(
    customer_id: UUID, order_id: UUID, seen: IfMatch, asked: Return, work: Work
) -> Shown:
    """Note what of a fulfilled order came back, never more than was bought.

    When all of it is back, the order is returned; until then it stays where it is.
    """
    ids, values = Ids(customer_id, order_id), asked.values()
    return await OrderActService(work).take_back(ids, seen, values["lines"], values["reason"])
