"""Standards: new customers held against the rules of quality."""

from collections.abc import Sequence

from app.core.access import Policy
from app.core.standards import StandardNotMet, faults_of, held_standards
from app.core.work import UnitOfWork
from app.core.writing import Draft
from app.features.customers.models import Customer


def require_standards(work: UnitOfWork, granted: Policy, drafts: Sequence[Draft]) -> None:
    """Refuse a new customer that would break a rule; raises StandardNotMet.

    The rules are those that were read last: whoever opens customers asks for them before.
    """
    held, customer = held_standards(work), drafts[0].values
    faults = []
    for draft in drafts:
        pointer = "" if draft.record is Customer else f"/{draft.record.noun}"
        faults += faults_of(
            held.refusing(draft.record),
            granted,
            draft.values,
            before=None,
            after=draft.values,
            customer=customer,
            pointer=pointer,
        )
    if faults:
        raise StandardNotMet(faults=faults)
