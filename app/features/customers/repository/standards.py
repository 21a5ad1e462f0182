"""Standards: a change of a customer or profile held against the rules of quality."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Uuid, bindparam, select

from app.core.projections import Opened
from app.core.records import Record
from app.core.standards import StandardNotMet, faults_of, standards
from app.core.statements import compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer

TOLD: Final = ("kind", "tier", "department_id", "status", "lifecycle", "trade_stage")
OF_CUSTOMER: Final = compile_statement(
    select(*(Customer.table.c[name] for name in TOLD)).where(
        Customer.table.c.customer_id == bindparam("customer_id", type_=Uuid)
    )
)


async def require_met(
    work: UnitOfWork,
    opened: Opened,
    record: type[Record],
    after: Mapping[str, Any],
    written: Mapping[str, Any],
) -> None:
    """Refuse what would break a rule; raises StandardNotMet.

    A rule about a profile is asked of its customer, too, which is read only then.
    """
    rules = (await standards(work)).refusing(record)
    if not rules:
        return
    customer = after
    if record is not Customer:
        rows = await work.fetch(OF_CUSTOMER, {"customer_id": opened.customer_id})
        customer = dict(rows[0])
    faults = faults_of(
        rules, opened.policy, written, before=opened.stored, after=after, customer=customer
    )
    if faults:
        raise StandardNotMet(faults=faults)
