"""Checked customers: changed where they were wrong, and dated, in one change of the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.repository import ANY_STATE, Ids
from app.core.work import UnitOfWork
from app.features.customers.problems import CustomerArchived
from app.features.customers.service import ARCHIVED, CustomerService


async def check_customer(
    work: UnitOfWork,
    customer_id: UUID,
    act: Permission,
    values: Mapping[str, Any],
    at: datetime,
    seen: str = ANY_STATE,
) -> None:
    """Change a customer as the actor may, and date its last verification.

    Raises NotFound, NotPermitted where the act is not allowed to this customer, Stale, and what
    refuses a change.
    """
    customers = CustomerService(work).customers
    ids = Ids(customer_id, customer_id)
    await customers.change(ids, seen, values, _require_kept, act, last_verified_at=at)


def _require_kept(stored: Mapping[str, Any]) -> None:
    if stored.get("status") == ARCHIVED:
        raise CustomerArchived
