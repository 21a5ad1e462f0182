"""Probing: whether one who is being typed is there already, as far as the actor reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from app.core import names
from app.core.access import Decision
from app.core.clock import new_id
from app.core.filters import EVERYTHING
from app.core.match_keys import weighted_tokens
from app.core.records import Record
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.core.writing import lookups_of
from app.features.customers.matching import LIKELY, Likeness, compare, likeness_of
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.repository import CustomerRepository, DoubleRepository
from app.features.customers.repository.alike import Alike, AlikeRepository, is_shown
from app.features.customers.schemas.duplicates import DuplicateCheck
from app.features.customers.service.duplicates import because

PROFILES: Final[Mapping[str, type[Record]]] = {
    "person_profile": PersonProfile,
    "organization_profile": OrganizationProfile,
}
MOST: Final = 20
MOST_ALIKE: Final = 60
SHOWN: Final = {"score": "read", "reasons": "read"}


class ProbeService:
    """Looks for customers within reach that are like one being typed."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def check(self, typed: DuplicateCheck) -> Listed:
        """Return the likeliest first; nothing in the answer depends on what is beyond reach."""
        values = typed.values()
        found: dict[UUID, set[str]] = {}
        for customer_id, reason in [*await self._sharing(values), *await self._named(values)]:
            found.setdefault(UUID(customer_id), set()).add(reason)
        alike = AlikeRepository(self.work)
        ids = dict.fromkeys([*found, *await alike.sharing(self._tokens(values), MOST_ALIKE)])
        ones = await alike.open(list(ids), is_shown)
        weighed = [_weighed(values, one, found.get(key, set())) for key, one in ones.items()]
        items = [item for item in weighed if item is not None]
        items.sort(key=lambda item: (-item["score"], item["customer_id"]))
        self.work.note([item["customer_id"] for item in items[:MOST]], "duplicates", SHOWN)
        return Listed(items[:MOST])

    def _tokens(self, values: Mapping[str, Any]) -> dict[int, int]:
        sealing = self.work.platform.sealing
        tokens = weighted_tokens(Customer, {**values, "kind": _kind(values)}, sealing)
        for name, record in PROFILES.items():
            tokens |= weighted_tokens(record, values.get(name) or {}, sealing)
        return tokens

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
            if row["customer_id"]
            and row["name"]
            and names.matches(name, row["name"], person=row["kind"] == "person")
        ]


def _kind(values: Mapping[str, Any]) -> str:
    is_company = bool(values.get("organization_profile"))
    return values.get("kind") or ("organization" if is_company else "person")


def _weighed(values: Mapping[str, Any], one: Alike, shared: set[str]) -> dict[str, Any] | None:
    """Weigh one who may be the one typed; None when neither a whole value nor the score tells."""
    other = one.likeness()
    kind = values.get("kind") or ("person" if other.person else "organization")
    profile = {**(values.get("person_profile") or {}), **(values.get("organization_profile") or {})}
    typed = likeness_of({**values, "kind": kind}, profile)
    verdict = compare(typed, _with_shared(other, typed, shared))
    if not shared and verdict.score < LIKELY:
        return None
    told = because(verdict.reasons)
    codes = {reason["code"] for reason in told} | shared
    return {
        "customer_id": str(one.customer_id),
        "score": verdict.score,
        "reasons": sorted(codes - ({"name_part"} if "name" in codes else set())),
        "because": told,
    }


def _with_shared(other: Likeness, typed: Likeness, shared: set[str]) -> Likeness:
    """Give back to a likeness the masked values of which a look-up has told that they are shared.

    Nothing else of what is masked is weighed.
    """
    if "phone" in shared and set(other.phones).isdisjoint(typed.phones):
        other = replace(other, phones=typed.phones, main_phone=typed.main_phone)
    if "email" in shared:
        other = replace(other, emails=other.emails | typed.emails)
    if "wechat" in shared:
        other = replace(other, wechats=other.wechats | typed.wechats)
    if "document" in shared:
        other = replace(other, document=typed.document)
    if "credit_code" in shared:
        other = replace(other, credit_code=typed.credit_code)
    return other


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
