"""Probing: whether one who is being typed is there already, as far as the actor reaches."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.core import names
from app.core.access import Decision
from app.core.clock import new_id
from app.core.filters import EVERYTHING
from app.core.records import Record
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.core.writing import lookups_of
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.repository import CustomerRepository, DoubleRepository
from app.features.customers.schemas import DuplicateCheck

PROFILES: Final[Mapping[str, type[Record]]] = {
    "person_profile": PersonProfile,
    "organization_profile": OrganizationProfile,
}
# How likely two are one who share this; what is shared besides adds to it. Families share phones.
WEIGHTS: Final[Mapping[str, float]] = {
    "document": 0.98,
    "credit_code": 0.98,
    "email": 0.9,
    "wechat": 0.9,
    "phone": 0.8,
    "name": 0.6,
    "name_part": 0.3,
}
MOST: Final = 20
SHOWN: Final = {"score": "read", "reasons": "read"}


class ProbeService:
    """Looks for customers within reach that are like one being typed."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def check(self, typed: DuplicateCheck) -> Listed:
        """Return the likeliest first; nothing in the answer depends on what is beyond reach."""
        values = typed.values()
        found: dict[str, set[str]] = {}
        for customer_id, reason in [*await self._sharing(values), *await self._named(values)]:
            found.setdefault(customer_id, set()).add(reason)
        items = [
            {"customer_id": one, "score": score(reasons), "reasons": sorted(reasons)}
            for one, reasons in found.items()
        ]
        items.sort(key=lambda item: (-float(str(item["score"])), str(item["customer_id"])))
        self.work.note([str(i["customer_id"]) for i in items[:MOST]], "duplicates", SHOWN)
        return Listed(items[:MOST])

    async def _sharing(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return who within reach carries the same phone, mail, account or document."""
        pairs = [*self._pairs(values)]
        if not pairs:
            return []
        self.work.line.detail["looked_up"] = len(pairs)
        self.work.tally.look_up(self.work.actor, len(pairs))
        doubles = await DoubleRepository(self.work).of(new_id(), pairs)
        return [(str(one.other_id), reason) for one in doubles for reason in one.told]

    def _pairs(self, values: Mapping[str, Any]) -> Iterator[tuple[bytes, str]]:
        sealing = self.work.platform.sealing
        yield from lookups_of(Customer, values, sealing)
        for name, record in PROFILES.items():
            yield from lookups_of(record, values.get(name) or {}, sealing)

    async def _named(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return who within reach has a name that holds the one typed."""
        name = values.get("name") or ""
        tokens = names.query_tokens(name)
        policy = self.work.actor.policy
        if tokens is None or policy.on_read(Customer.fields["name"]) is not Decision.SHOW:
            return []
        rows = await CustomerRepository(self.work).found_by_name(tokens, EVERYTHING, None, MOST)
        return [
            (row["customer_id"], "name" if _folded(row["name"]) == _folded(name) else "name_part")
            for row in rows
            if row["name"] and names.matches(name, row["name"], person=row["kind"] == "person")
        ]


def score(reasons: set[str]) -> float:
    """Return how likely it is the same: each reason counts for what the others leave open."""
    left = 1.0
    for reason in reasons:
        left *= 1 - WEIGHTS[reason]
    return round(1 - left, 3)


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
