"""Routes of order lines and returns."""

from typing import Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    IfMatchMissing,
    Malformed,
    NotFound,
    OperatorNotAvailable,
    Stale,
)
from app.core.repository import Ids
from app.core.views import Listed, Nothing, Shown
from app.features.customers.problems import CustomerArchived
from app.features.purchases.models import OrderLine, OrderReturn
from app.features.purchases.problems import (
    AmountTooLarge,
    DiscountTooLarge,
    OrderFull,
    OrderNotDraft,
    PriceMissing,
    ProductNotAvailable,
)
from app.features.purchases.schemas import (
    NewOrderLine,
    OrderLineChange,
    OrderLineHistoryEntry,
    OrderLineView,
    OrderReturnView,
)
from app.features.purchases.service import LineService
from app.http.documents import ListOf, list_route, parameters
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("/v1/customers/{customer_id}", "order-lines")
returns = FeatureRouter("/v1/customers/{customer_id}", "order-returns")
READING: Final = Permission.CUSTOMERS_READ
WRITING: Final = Permission.ORDERS_WRITE
LISTING: Final = (NotFound, FieldNotAvailable, OperatorNotAvailable, CursorInvalid, Malformed)
SETTING: Final = (FieldNotAvailable, FieldReadOnly, Malformed)
AMOUNTS: Final = (DiscountTooLarge, AmountTooLarge, PriceMissing)
REMOVING: Final = (NotFound, Stale, IfMatchMissing, CustomerArchived, OrderNotDraft, AmountTooLarge)


@router.get(
    "/order-lines",
    permission=READING,
    response_model=ListOf[OrderLineView],
    problems=LISTING,
    extra=list_route(OrderLine),
)
async def list_order_lines(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List the order lines of a customer; `order_id` picks those of an order."""
    return await LineService(work).page(customer_id, asked)


@router.post(
    "/order-lines",
    permission=WRITING,
    response_model=OrderLineView,
    status=201,
    problems=(
        *(NotFound, CustomerArchived, OrderNotDraft, OrderFull, ProductNotAvailable),
        *(*AMOUNTS, *SETTING),
    ),
)
async def create_order_line(customer_id: UUID, new: NewOrderLine, work: Work) -> Shown:
    """Add a line to a draft; the order's amount follows in the same transaction."""
    return await LineService(work).add(customer_id, new.values())


@router.get(
    "/order-lines/{order_line_id}",
    permission=READING,
    response_model=OrderLineView,
    problems=(NotFound, FieldNotAvailable),
    extra=parameters("fields", "if_none_match"),
)
async def get_order_line(customer_id: UUID, order_line_id: UUID, asked: Query, work: Work) -> Shown:
    """Show an order line."""
    return await LineService(work).get(Ids(customer_id, order_line_id), asked)


@router.patch(
    "/order-lines/{order_line_id}",
    permission=WRITING,
    response_model=OrderLineView,
    problems=(*REMOVING, DiscountTooLarge, PriceMissing, *SETTING),
)
async def change_order_line(
    customer_id: UUID, order_line_id: UUID, seen: IfMatch, change: OrderLineChange, work: Work
) -> Shown:
    """Change a line of a draft by a merge patch; the product stays."""
    ids = Ids(customer_id, order_line_id)
    return await LineService(work).change(ids, seen, change.values())


@router.delete("/order-lines/{order_line_id}", permission=WRITING, problems=REMOVING)
async def remove_order_line(
    customer_id: UUID, order_line_id: UUID, seen: IfMatch, work: Work
) -> Nothing:
    """Remove a line of a draft; history keeps it."""
    return await LineService(work).remove(Ids(customer_id, order_line_id), seen)


@router.get(
    "/order-lines/{order_line_id}/history",
    permission=READING,
    response_model=ListOf[OrderLineHistoryEntry],
    problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
    extra=parameters("at", "limit", "cursor"),
)
async def list_order_line_history(
    customer_id: UUID, order_line_id: UUID, asked: Query, work: Work
) -> Listed:
    """List what an order line was, newest first, as far as your grades reach today."""
    return await LineService(work).history(Ids(customer_id, order_line_id), asked)


@returns.get(
    "/order-returns",
    permission=READING,
    response_model=ListOf[OrderReturnView],
    problems=LISTING,
    extra=list_route(OrderReturn),
)
async def list_order_returns(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List what came back from a customer; `order_id` picks an order."""
    return await LineService(work, of_returns=True).page(customer_id, asked)


@returns.get(
    "/order-returns/{order_return_id}",
    permission=READING,
    response_model=OrderReturnView,
    problems=(NotFound, FieldNotAvailable),
    extra=parameters("fields", "if_none_match"),
)
async def get_order_return(
    customer_id: UUID, order_return_id: UUID, asked: Query, work: Work
) -> Shown:
    """Show a return."""
    return await LineService(work, of_returns=True).get(Ids(customer_id, order_return_id), asked)
