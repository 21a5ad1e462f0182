"""The cells of the matrix: roles with their policies, records with their addresses, refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import RESOURCES, Record
from app.features.staff.roles import SHIPPED
from app.tables import load_all

load_all()

MADE_UP: Final = "no_such_field"
OPERATORS: Final = (
    *("eq", "ne", "lt", "lte", "gt", "gte"),
    *("in", "any", "all", "null", "prefix", "no_such_operator"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A shipped role: its policy, and what its operations ask for."""

    role: str
    policy: Policy
    scopes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        """Whether the role holds a permission."""
        return permission in self.scopes

    def hides(self, entry: Field) -> bool:
        """Whether the field's name is to be as an unknown one."""
        return self.policy.on_read(entry) is Decision.HIDE

    def shows(self, entry: Field) -> bool:
        """Whether the field is seen in clear."""
        return self.policy.on_read(entry) is Decision.SHOW

    def sees(self, record: type[Record]) -> bool:
        """Whether anything that a caller could have set is seen of a record."""
        return any(not self.hides(e) for e in record.fields.values() if not e.owned)

    def view(self, entry: Field, clear: Any) -> Any:
        """Return what a view holds where this value stands."""
        if self.shows(entry) or clear is None:
            return None if self.hides(entry) else clear
        return None if self.hides(entry) else entry.kind.mask(clear)

    def withheld(self, record: type[Record]) -> dict[str, str]:
        """Return what a view says of members that are not shown."""
        words = {Decision.MASK: "masked", Decision.HIDE: "hidden"}
        decisions = {n: self.policy.on_read(e) for n, e in record.fields.items()}
        return {n: words[d] for n, d in decisions.items() if d in words}


def _seat(role: str, scopes: list[str]) -> Seat:
    return Seat(role, policy_of(frozenset(scopes)), frozenset(scopes))


SEATS: Final[Mapping[str, Seat]] = {role.code: _seat(role.code, role.scopes()) for role in SHIPPED}
# The records of the archive; what features above add is tested with them.
ARCHIVE: Final[Mapping[str, type[Record]]] = {
    name: record
    for name, record in RESOURCES.items()
    if record.__module__.startswith("app.features.customers.")
}
RECORDS: Final[tuple[type[Record], ...]] = tuple(ARCHIVE.values())
PARTS: Final = tuple(record for record in RECORDS if record.noun != "customer")
LISTED: Final = tuple(r for r in RECORDS if r.noun == "customer" or not r.single)
CUSTOMER: Final = RESOURCES["customers"]
every_seat = pytest.mark.parametrize("seat", SEATS.values(), ids=SEATS)


def cells(*records: type[Record]) -> list[tuple[type[Record], Field]]:
    """Return every field of these records, or of all."""
    return [(record, entry) for record in records or RECORDS for entry in record.fields.values()]


def compared(record: type[Record]) -> list[tuple[type[Record], Field]]:
    """Return every field that a list of this record could be narrowed by, lent ones included."""
    return [*cells(record), *record.also_found_by.values()]


def slug(answer: httpx.Response) -> str:
    """Return what a refusal is called; the text of what is none, to be read in a failed test."""
    kind = answer.headers.get("content-type", "")
    refused: str = answer.json()["type"] if "problem" in kind else answer.text
    return refused.removeprefix("/problems/")


def refusal(answer: httpx.Response, *names: str) -> dict[str, Any]:
    """Return everything of a refusal but its id, its length and the names that were sent."""
    body = answer.json()
    body.pop("request_id", None)
    body["names"] = ["?" if name in names else name for name in body.get("names", ())]
    passing = {"x-request-id", "content-length", "ratelimit-remaining", "ratelimit-reset"}
    headers = {k: v for k, v in answer.headers.items() if k not in passing}
    return {"status": answer.status_code, "headers": headers, "body": body}
