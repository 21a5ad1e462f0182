"""Planning: which parts of the losers go to the survivor, and which stay behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.features.customers.service import Part

# What makes two parts the same; notes and what is not named here are never the same.
SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "contact-points": ("type", "value"),
    "addresses": ("type", "country", "province", "city", "district", "line"),
    "relationships": ("other_id", "direction", "type"),
}
MOVED, CLASHED, BETWEEN, ADDED = "moved", "clashed", "between", "added"


@dataclass(slots=True)
class Plan:
    """What becomes of the parts: by loser those that move, and a note of each."""

    moving: dict[UUID, list[Part]] = field(default_factory=dict)
    taken: list[Part] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def counts(self, act: str) -> dict[str, int]:
        """Count by kind what this is said of."""
        found: dict[str, int] = {}
        for note in self.notes:
            if note["act"] == act:
                found[note["resource"]] = found.get(note["resource"], 0) + 1
        return found


def plan(survivor_id: UUID, held: Mapping[UUID, Sequence[Part]]) -> Plan:
    """Let all parts of the losers move, but for what the survivor has and ties between them."""
    found, merged = Plan(), {str(one) for one in held}
    has = {_content(part) for part in held[survivor_id]}
    found.taken = [part for part in held[survivor_id] if _other(part) in merged]
    for loser_id in (one for one in held if one != survivor_id):
        found.moving[loser_id] = []
        for part in held[loser_id]:
            content, act = _content(part), MOVED
            if _other(part) in merged:
                act = BETWEEN
            elif content and content in has:
                act = CLASHED
            else:
                found.moving[loser_id].append(part)
            has.add(content)
            found.notes.append(note_of(part, act, loser_id))
    return found


def note_of(part: Part, act: str, customer_id: UUID) -> dict[str, Any]:
    """Note what became of a part, by ids alone."""
    return {
        "act": act,
        "resource": part.record.resource,
        "row_id": str(part.row_id),
        "customer_id": str(customer_id),
        "updated_at": part.stamp,
    }


def added(row_id: str, customer_id: UUID) -> dict[str, Any]:
    """Note a contact point that the survivor got for a value that lost."""
    return {
        "act": ADDED,
        "resource": "contact-points",
        "row_id": row_id,
        "customer_id": str(customer_id),
        "updated_at": None,
    }


def _content(part: Part) -> tuple[str, ...]:
    names = SAME.get(part.record.resource)
    if names is None:
        return ()
    values = (str(part.values.get(name) or "").casefold() for name in names)
    return (part.record.resource, *values)


def _other(part: Part) -> str:
    return str(part.values.get("other_id"))
