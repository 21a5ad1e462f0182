"""Routes of the rules of pools."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, Stale
from app.core.views import Listed, Shown
from app.features.customers.problems import DepartmentNotAvailable
from app.features.pool.problems import PoolExists
from app.features.pool.schemas import (
    DueCustomerView,
    NewPool,
    PoolChange,
    PoolEndView,
    PoolView,
)
from app.features.pool.service import PoolService
from app.http.documents import PARAMETERS, ListOf, parameters
from app.http.routes import IfMatch, Query, Work, feature_router

router = feature_router("pools", "pool")
DAYS = {
    "name": "days",
    "in": "query",
    "description": "How many days ahead to look; the pool's `warn_days` unless given.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 3650},
}


@router.get(
    permission=Permission.SIGNED_IN,
    response_model=ListOf[PoolView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=parameters("limit", "cursor", "count"),
)
async def list_pools(asked: Query, work: Work) -> Listed:
    """List the pools that hold for your departments; data officers see all.

    The customers in them: `GET /v1/customers?pooled_at.null=false`.
    """
    return await PoolService(work).page(asked)


@router.post(
    permission=Permission.POOL_MANAGE,
    response_model=PoolView,
    status=201,
    problems=(PoolExists, DepartmentNotAvailable, Malformed),
)
async def create_pool(new: NewPool, work: Work) -> Shown:
    """Open the pool of a department; it holds for those below, too, unless they have their own.

    Nothing goes back by itself before `return_after_days` have passed from today.
    """
    return await PoolService(work).open(new.values())


@router.get("/{pool_id}", permission=Permission.SIGNED_IN, response_model=PoolView)
async def get_pool(pool_id: UUID, work: Work) -> Shown:
    """Show the rules of a pool that holds for one of your departments."""
    return await PoolService(work).get(pool_id)


@router.patch(
    "/{pool_id}",
    permission=Permission.POOL_MANAGE,
    response_model=PoolView,
    problems=(Stale, Malformed),
)
async def change_pool(pool_id: UUID, change: PoolChange, seen: IfMatch, work: Work) -> Shown:
    """Change the rules of a pool; they are in force within a second.

    Shorter `return_after_days` count at once: look at `due` before.
    """
    return await PoolService(work).change(pool_id, seen, change.values())


@router.post("/{pool_id}/end", permission=Permission.POOL_MANAGE, response_model=PoolEndView)
async def end_pool(pool_id: UUID, work: Work) -> Shown:
    """End a pool: its customers stay without an owner, and are masked for its sake no longer."""
    return await PoolService(work).end(pool_id)


@router.get(
    "/{pool_id}/due",
    permission=Permission.CUSTOMERS_READ,
    response_model=ListOf[DueCustomerView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": [DAYS, PARAMETERS["limit"], PARAMETERS["cursor"]]},
)
async def list_due_customers(pool_id: UUID, asked: Query, work: Work) -> Listed:
    """List the customers within your reach that go back to the pool by themselves.

    Without a follow-up, and where no contract runs until then; a customer in which you do not see
    owner, follow-up and contract is not there.
    """
    return await PoolService(work).due(pool_id, asked)
