"""Sightings: audit lines as the watcher sees them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind

REFUSED: Final = 400
FAILED: Final = 500
SOURCE: Final = "source "
# These show somebody what they have just given themselves.
OPENING: Final = frozenset({"create_customer", "batch_customers"})
KINDS: Final = {
    "persons": {ActorKind.PERSON.value},
    "clients": {ActorKind.CLIENT.value},
    "all": {ActorKind.PERSON.value, ActorKind.CLIENT.value},
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the watcher takes of a line; `discloses` says whether data of customers were shown."""

    at: datetime
    line_id: UUID
    actor_kind: str
    actor_id: UUID | None
    source: str | None
    operation: str
    status: int
    subjects: list[UUID]
    discloses: bool

    @property
    def who(self) -> str | None:
        """Whose sighting it is: the actor's, or the source's when nobody is signed in."""
        if self.actor_id is not None:
            return str(self.actor_id)
        return f"{SOURCE}{self.source}" if self.source else None

    @property
    def outcome(self) -> str:
        """How it ended: `allowed`, `refused` or `failed`."""
        if self.status >= FAILED:
            return "failed"
        return "refused" if self.status >= REFUSED else "allowed"

    def is_reading(self, who: str) -> bool:
        """Whether data of customers were shown to a person, or to another system."""
        is_shown = self.discloses and bool(self.subjects) and self.status < REFUSED
        return is_shown and self.actor_kind in KINDS[who] and self.operation not in OPENING

    def evidence(self) -> dict[str, Any]:
        """Return what an alert keeps of the line."""
        return {
            "line_id": str(self.line_id),
            "at": self.at.isoformat(),
            "operation": self.operation,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Outsiders:
    """What was looked up for the lines of a batch.

    `watched` holds the customers of tiers that some rule watches: tier, owner and department;
    `near` whose departments an actor belongs to; `own` the records that are an actor's own.
    """

    watched: Mapping[UUID, tuple[str, UUID | None, UUID | None]] = field(default_factory=dict)
    near: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    own: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)

    def strange(self, sighting: Sighting, tiers: list[Any]) -> Iterator[UUID]:
        """Yield the watched customers of a line that are none of the actor's business."""
        actor = sighting.actor_id
        for customer in sighting.subjects:
            found = self.watched.get(customer)
            if found is None or actor is None or found[0] not in tiers:
                continue
            if found[1] != actor and found[2] not in self.near.get(actor, ()):
                yield customer
