"""Survivorship: which customer's value a field keeps, by the rule of the field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.fields import Field

LONGEST, NEWEST, EARLIEST, LATEST = "longest", "newest", "earliest", "latest"
# What is written out, a longer value is the more complete one; of marks in time the outer one.
RULES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("customers.name", "customers.other_name", "customers.address", "customers.remark"),
            *("organization-profiles.legal_name", "organization-profiles.business_philosophy"),
            *("organization-profiles.business_policy", "organization-profiles.management_traits"),
            *("person-profiles.household", "person-profiles.hobbies"),
        ),
        LONGEST,
    ),
    **dict.fromkeys(("customers.first_contact_at", "customers.first_trade_on"), EARLIEST),
    **dict.fromkeys(("customers.last_interaction_at", "customers.last_verified_at"), LATEST),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What one of the customers holds in a field, and since when."""

    customer_id: UUID
    value: Any
    since: datetime


CHOOSING: Final[Mapping[str, Callable[[Held], Any]]] = {
    LONGEST: lambda held: len(str(held.value)),
    NEWEST: lambda held: held.since,
    LATEST: lambda held: str(held.value),
}


def rule_of(entry: Field) -> str:
    """Return the rule of a field: the newest value, unless something else is said of it."""
    return RULES.get(entry.path, NEWEST)


def proposed(rule: str, held: Sequence[Held]) -> UUID | None:
    """Return whose value is kept: never an empty one, and the survivor's, who is first, if equal.

    None is for a field that nobody holds.
    """
    filled = [one for one in held if one.value is not None]
    if not filled:
        return None
    if rule == EARLIEST:
        return min(filled, key=lambda one: str(one.value)).customer_id
    return max(filled, key=CHOOSING[rule]).customer_id
