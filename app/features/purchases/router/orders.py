"""Routes of orders, and of what a customer has bought."""

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
from app.core.views import Listed, Shown
from app.features.customers.problems import CustomerArchived
from app.features.purchases.models import Order
from app.features.purchases.problems import (
    AmountTooLarge,
    DiscountTooLarge,
    OrderNotDraft,
    OrderNumberTaken,
    PriceMissing,
    ProductNotAvailable,
)
from app.features.purchases.schemas import (
    NewOrder,
    OrderChange,
    OrderHistoryEntry,
    OrderSummaryView,
    OrderView,
    PurchaseList,
)
from app.features.purchases.service import OrderService, PurchaseService
from app.http.documents import ListOf, list_route, parameters
from app.http.routes import FeatureRouter, IfMatch, Query, Work, feature_router

across = feature_router("orders")
router = FeatureRouter("/v1/customers/{customer_id}", "orders")
bought = FeatureRouter("/v1/customers/{customer_id}", "order-lines")
READING: Final = Permission.CUSTOMERS_READ
WRITING: Final = Permission.ORDERS_WRITE
LISTING: Final = (FieldNotAvailable, OperatorNotAvailable, CursorInvalid, Malformed)
PRICING: Final = (ProductNotAvailable, PriceMissing, DiscountTooLarge, AmountTooLarge)


@across.get(
    permission=READING,
    response_model=ListOf[OrderSummaryView],
    problems=LISTING,
    extra=list_route(Order),
)
async def list_orders(asked: Query, work: Work) -> Listed:
    """List orders of all customers within your reach, newest first.

    `number=SO-2026-0001` finds one by its number; filters and order may only name members that you
    see in clear.
    """
    return await OrderService(work).page(asked)


@router.get(
    "/orders",
    permission=READING,
    response_model=ListOf[OrderSummaryView],
    problems=(NotFound, *LISTING),
    extra=list_route(Order),
)
async def list_customer_orders(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List the orders of a customer, newest first."""
    return await OrderService(work).page(asked, customer_id)


@router.post(
    "/orders",
    permission=WRITING,
    response_model=OrderView,
    status=201,
    problems=(
        NotFound,
        CustomerArchived,
        OrderNumberTaken,
        *PRICING,
        FieldNotAvailable,
        FieldReadOnly,
        Malformed,
    ),
)
async def create_order(customer_id: UUID, new: NewOrder, work: Work) -> Shown:
    """Open an order as a draft, with lines if they are known.

    The number is given once over all customers. A line without a price takes the list price.
    """
    return await OrderService(work).create(customer_id, new.values())


@router.get("/orders/{order_id}", permission=READING, response_model=OrderView)
async def get_order(customer_id: UUID, order_id: UUID, work: Work) -> Shown:
    """Show an order with its lines; the ETag speaks for the order alone."""
    return await OrderService(work).get(Ids(customer_id, order_id))


@router.patch(
    "/orders/{order_id}",
    permission=WRITING,
    response_model=OrderView,
    problems=(
        *(NotFound, Stale, IfMatchMissing, CustomerArchived, OrderNotDraft),
        *(FieldNotAvailable, FieldReadOnly, Malformed),
    ),
)
async def change_order(
    customer_id: UUID, order_id: UUID, seen: IfMatch, change: OrderChange, work: Work
) -> Shown:
    """Change a draft by a merge patch; number and currency stay."""
    return await OrderService(work).change(Ids(customer_id, order_id), seen, change.values())


@router.get(
    "/orders/{order_id}/history",
    permission=READING,
    response_model=ListOf[OrderHistoryEntry],
    problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
    extra=parameters("at", "limit", "cursor"),
)
async def list_order_history(customer_id: UUID, order_id: UUID, asked: Query, work: Work) -> Listed:
    """List what an order was, newest first, as far as your grades reach today."""
    return await OrderService(work).history(Ids(customer_id, order_id), asked)


@bought.get(
    "/purchases",
    permission=READING,
    response_model=PurchaseList,
    problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
    extra=parameters("limit", "cursor"),
)
async def list_purchases(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List what a customer has bought, line by line, newest first, with totals by currency.

    Drafts and cancelled orders do not count; what came back is told beside what was bought.
    """
    return await PurchaseService(work).page(customer_id, asked)
