"""What row conditions make of a customer, asked by the very statement that reading uses."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Uuid, bindparam, select, type_coerce

from app.core.access import NOTHING, Actor, Policy
from app.core.grants import Where
from app.core.reach import holds, reach_params, row_mask
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer


class AccessRepository:
    """Weighs what conditions hold for a customer within the asker's own reach."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def department_of(self, customer_id: UUID) -> UUID:
        """Return the department of a customer."""
        self.work.line.note_subjects([str(customer_id)])
        rows = await self.work.fetch(DEPARTMENT, {"customer_id": customer_id})
        found: UUID = rows[0][0]
        return found

    async def granted(self, customer_id: UUID, seer: Actor) -> tuple[Policy, bool]:
        """Return what somebody is granted for a customer, and whether it is there for them."""
        policy = seer.policy
        if policy.parts:
            mask = await self._one(_mask(policy), customer_id, seer)
            return policy.of_rows(mask), mask > 0
        (within,) = await self.hold((policy.where,), customer_id, seer)
        return policy if within else NOTHING, within

    async def hold(
        self, wheres: tuple[Where, ...], customer_id: UUID, seer: Actor
    ) -> tuple[bool, ...]:
        """Say of each condition whether the customer meets it, for somebody."""
        if not wheres:
            return ()
        params = {**reach_params(seer), "customer_id": customer_id}
        rows = await self.work.fetch(_holding(wheres), params)
        return tuple(bool(held) for held in rows[0])

    async def _one(self, statement: Statement, customer_id: UUID, seer: Actor) -> Any:
        params = {**reach_params(seer), "customer_id": customer_id}
        return (await self.work.fetch(statement, params))[0][0]


@remembered(256)
def _mask(policy: Policy) -> Statement:
    return _of_customer(row_mask(policy, Customer.table))


@remembered(256)
def _holding(wheres: tuple[Where, ...]) -> Statement:
    held = [type_coerce(holds(where, Customer.table), Boolean) for where in wheres]
    return _of_customer(*(one.label(f"held_{place}") for place, one in enumerate(held)))


def _of_customer(*columns: Any) -> Statement:
    table = Customer.table
    asked = select(*columns).select_from(table)
    return compile_statement(
        asked.where(table.c.customer_id == bindparam("customer_id", type_=Uuid))
    )


DEPARTMENT = _of_customer(Customer.table.c.department_id)
