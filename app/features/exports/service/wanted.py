"""What is wanted of an export, held against what its submitter may see at the moment."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.core.access import Actor, Decision, Policy
from app.core.fields import Field
from app.core.filters import EVERYTHING, FilterReader
from app.core.grants import PASSING
from app.core.paging import Page, both, build_page
from app.core.problems import Fault, Malformed
from app.core.projections import available, require_seen
from app.features.customers.models import Customer
from app.features.customers.service import still_there
from app.features.exports.formats import CARDED
from app.features.exports.models import ExportFormat


def columns_wanted(policy: Policy, kind: ExportFormat, names: Sequence[str] | None) -> list[str]:
    """Return the columns; raises FieldNotAvailable alike for what is hidden and what is unknown."""
    require_seen(Customer, policy)
    if names is None:
        return _usual(policy, kind)
    available(Customer, policy, names)
    faults = [
        Fault(f"/columns/{place}", code)
        for place, name in enumerate(names)
        if (code := _fault(kind, name, names[:place]))
    ]
    if faults:
        raise Malformed(faults=faults)
    return [*names]


def _fault(kind: ExportFormat, name: str, before: Sequence[str]) -> str | None:
    if name in before:
        return "given-twice"
    is_out = kind is ExportFormat.VCARD and name not in CARDED
    return "not-on-a-card" if is_out else None


def _usual(policy: Policy, kind: ExportFormat) -> list[str]:
    """Return what lists show, or what a card has a place for, as far as it is seen."""
    usual = CARDED if kind is ExportFormat.VCARD else Customer.summary or frozenset()
    return [name for name in Customer.fields if name in usual and is_shown(policy, name)]


def is_shown(policy: Policy, name: str) -> bool:
    """Whether anything of a member is seen in some row, be it masked."""
    entry: Field = Customer.fields[name]
    return policy.on_read(entry) is not Decision.HIDE


def page_wanted(policy: Policy, asked: Mapping[str, str]) -> Page:
    """Read the filter as the list of customers does, archived ones left out unless asked for."""
    read = both(EVERYTHING, FilterReader(Customer, policy).from_query([*asked.items()]))
    return build_page(Customer, policy, filters=both(still_there(read), read))


def rights_of(actor: Actor) -> bytes:
    """Name what the actor sees for good and how far: another name, and a file is outdated."""
    parts = [part for part in actor.policy.parts or (actor.policy,) if _lasts(part)]
    told: dict[str, Any] = {
        "parts": sorted(repr(_told(part)) for part in parts),
        "own": sorted(map(str, (actor.department_id, *actor.further))),
        "below": sorted(map(str, actor.below)),
    }
    return hashlib.sha256(orjson.dumps(told)).digest()[:16]


def _lasts(part: Policy) -> bool:
    return part.where.reach not in PASSING


def _told(part: Policy) -> tuple[Any, ...]:
    acts = None if part.permissions is None else sorted(part.permissions)
    return (part.where, sorted(part.grades.items()), sorted(part.reveals), acts)
