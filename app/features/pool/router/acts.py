"""Routes of the acts on customers in the pool."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import Malformed, NotFound
from app.core.views import Shown
from app.features.customers.problems import CustomerArchived
from app.features.pool.problems import (
    ContactViewsUsedUp,
    CoolingDown,
    InPoolAlready,
    NoPool,
    NotInPool,
    NotTheOwner,
    PoolFull,
    TakesUsedUp,
)
from app.features.pool.schemas import (
    ContactViewing,
    PoolContactView,
    PoolCustomerView,
    Release,
)
from app.features.pool.service import PoolActService
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("/v1/customers", "pool")


@router.post(
    "/{customer_id}/take",
    permission=Permission.POOL_TAKE,
    response_model=PoolCustomerView,
    problems=(NotFound, NotInPool, NoPool, CoolingDown, PoolFull, TakesUsedUp, CustomerArchived),
)
async def take_customer(customer_id: UUID, work: Work) -> Shown:
    """Take a customer out of the pool: you own it, and see its contact data as of others.

    Of many who try at once exactly one succeeds. Counts against the pool's `takes_per_day`, which
    renews at midnight; whoever gave the customer back waits for `cool_down_days`.
    """
    return await PoolActService(work).take(customer_id)


@router.post(
    "/{customer_id}/release",
    permission=Permission.CUSTOMERS_WRITE,
    response_model=PoolCustomerView,
    problems=(NotFound, NotTheOwner, InPoolAlready, NoPool, CustomerArchived, Malformed),
)
async def release_customer(customer_id: UUID, asked: Release, work: Work) -> Shown:
    """Give a customer back to the pool of its department, for a reason.

    For its owner, and for those who may name another owner.
    """
    return await PoolActService(work).release(customer_id, asked.reason, asked.text)


@router.post(
    "/{customer_id}/follow-up",
    permission=Permission.CUSTOMERS_WRITE,
    response_model=PoolCustomerView,
    problems=(NotFound, NotTheOwner, CustomerArchived),
)
async def follow_up_customer(customer_id: UUID, work: Work) -> Shown:
    """Note that you followed the customer up today, so that it does not go back to the pool.

    Taking a customer and a note of its owner's count as well.
    """
    return await PoolActService(work).follow_up(customer_id)


@router.post(
    "/{customer_id}/pool-contact",
    permission=Permission.POOL_TAKE,
    response_model=PoolContactView,
    problems=(NotFound, NotInPool, NoPool, ContactViewsUsedUp, CustomerArchived, Malformed),
    changes=False,
)
async def view_pool_contact(customer_id: UUID, asked: ContactViewing, work: Work) -> Shown:
    """View the contact data and addresses of a customer in the pool, for a stated purpose.

    Counts against the pool's `contact_views_per_day`, each customer once a day.
    """
    return await PoolActService(work).view_contact(customer_id, asked.purpose)
