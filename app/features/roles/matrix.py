"""The matrix: which role may call which operation, from the routes' promises and what is in force.

The answer is of the calls themselves; which customers and fields they then show is the grants'.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.core.access import policy_of
from app.core.permissions import Permission
from app.core.projections import is_seen
from app.core.records import Record
from app.features.staff.snapshot import Role


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its address, the permission it needs, and the record it is about, if any."""

    operation_id: str
    method: str
    path: str
    permission: str | None
    record: type[Record] | None = None
    step_up: str | None = None

    def is_open_to(self, role: Role) -> bool:
        """Whether the role alone is enough; a record of which it has no field is closed to it."""
        if self.permission is None:
            return True
        if self.permission not in role.scopes:
            return False
        if self.record is None:
            return True
        policy = policy_of(role.scopes)
        if self.permission == Permission.CUSTOMERS_REVEAL:
            return any(policy.may_reveal(entry) for entry in self.record.fields.values())
        return is_seen(self.record, policy)


def matrix_of(roles: Iterable[Role], operations: Iterable[Operation]) -> dict[str, Any]:
    """Return roles and operations, with yes or no where they meet."""
    ordered = sorted(roles, key=lambda role: role.code)
    return {
        "roles": [{"code": role.code, "en": role.en, "zh": role.zh} for role in ordered],
        "operations": [
            {
                "operation_id": one.operation_id,
                "method": one.method,
                "path": one.path,
                "permission": one.permission,
                "step_up": one.step_up,
                "roles": {role.code: one.is_open_to(role) for role in ordered},
            }
            for one in operations
        ],
    }
