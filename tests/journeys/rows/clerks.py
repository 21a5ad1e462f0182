"""What a clerk should see, worked out from plain policies: one for each condition that counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field
from app.features.customers.models import Customer

SHANGHAI, HANGZHOU, SHENZHEN = "Shanghai sales", "Hangzhou sales", "Shenzhen sales"
ORDER: Final = (Decision.HIDE, Decision.MASK, Decision.SHOW)
PLAIN: Final = ("customers:read", "customers:write", "customers:archive", "customers:reveal")
every_clerk = pytest.mark.parametrize(
    "name", ["careful", "two_roles", "borrower", "rescuer", "seller"]
)
Values = dict[str, Any]
Holds = Callable[[Values], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """For which customers some plain scopes count; others, where these stand in the pool."""

    holds: Holds
    policy: Policy
    by: str = "granted"
    pooled: Policy | None = None

    def policy_for(self, stored: Values) -> Policy:
        """Return what counts for a customer."""
        return self.pooled if self.pooled and stored["pooled_at"] else self.policy


@dataclass(slots=True)
class Clerk:
    """Somebody with grants by condition: a client, and the cases that say what to expect."""

    client: httpx.AsyncClient
    cases: list[Case]

    def said_by(self, stored: Values, entry: Field) -> str | None:
        """Return by which way a field is seen, of several the more usual; None if it is not."""
        decision, ways = self.decision(stored, entry), ("granted", "emergency", "lent")
        seen = [case for case in self.cases if case.holds(stored)]
        by = {case.by for case in seen if case.policy_for(stored).on_read(entry) is decision}
        return next(way for way in ways if way in by) if decision is not Decision.HIDE else None

    def policies(self, stored: Values) -> list[Policy]:
        """Return the policies that count for a customer."""
        return [case.policy_for(stored) for case in self.cases if case.holds(stored)]

    def decision(self, stored: Values, entry: Field) -> Decision:
        """Return the most that any of them shows."""
        found = [policy.on_read(entry) for policy in self.policies(stored)]
        return max(found, key=ORDER.index, default=Decision.HIDE)

    def may_write(self, stored: Values, entry: Field) -> bool:
        """Whether any of them lets the field be set."""
        return any(policy.may_write(entry) for policy in self.policies(stored))

    def reaches(self, stored: Values) -> bool:
        """Whether the customer is there at all."""
        return bool(self.policies(stored))

    def view(self, stored: Values) -> Values:
        """Return what a view of the customer has to hold."""
        shown: Values = {}
        withheld = {}
        for name, entry in Customer.fields.items():
            decision, value = self.decision(stored, entry), stored[name]
            masked = decision is Decision.MASK and value is not None
            clear = value if decision is Decision.SHOW else None
            shown[name] = entry.kind.mask(value) if masked else clear
            if decision is not Decision.SHOW:
                withheld[name] = "masked" if decision is Decision.MASK else "hidden"
        return {**shown, "withheld": withheld}


def case(holds: Holds, *scopes: str, by: str = "granted", reaches_all: bool = False) -> Case:
    """Make a case of plain scopes; the pool binds what is granted, unless it reaches all."""
    held = frozenset({*scopes, "record:read"})
    is_bound = by == "granted" and not reaches_all
    return Case(holds, policy_of(held), by, policy_of(in_pool(held)) if is_bound else None)


def in_pool(scopes: frozenset[str]) -> frozenset[str]:
    """Write down once more what the pool leaves of scopes that do not reach everybody."""
    covered = {scope for scope in scopes if scope.partition(":")[0] in {"contact", "address"}}
    masked = {f"{scope.partition(':')[0]}:masked" for scope in covered if "reveal" not in scope}
    return scopes - covered | masked
