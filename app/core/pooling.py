"""The common pool (公海): departments whose customers nobody owns may be taken; what is seen there.

The pool of a department holds for those below it, too, unless they have one of their own.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    text,
)

from app.core.access import ORDER, Policy, joined
from app.core.fields import GROUPS
from app.core.grants import Grade, Reach
from app.core.records import KEPT, RESOURCES, Placement, metadata, place
from app.core.remembering import remembered

POOLS: Final = place(
    Table(
        "pools",
        metadata,
        Column("pool_id", Uuid, nullable=False),
        Column("department_id", Uuid, nullable=False),
        Column("takes_per_day", Integer, nullable=False),
        Column("contact_views_per_day", Integer, nullable=False),
        Column("most_held", Integer),
        Column("return_after_days", Integer),
        Column("warn_days", Integer, nullable=False),
        Column("cool_down_days", Integer, nullable=False),
        Column("counts_from", Date, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_by", Uuid),
        PrimaryKeyConstraint("pool_id"),
        Index(
            "uq_pools_department_id",
            "department_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The rules of a department's pool; no `return_after_days`, no automatic return."""

    pool_id: UUID
    department_id: UUID
    takes_per_day: int
    contact_views_per_day: int
    most_held: int | None
    return_after_days: int | None
    warn_days: int
    cool_down_days: int
    counts_from: date


# Who reaches everybody, or has opened a customer in an emergency, sees as much as before.
UNBOUND: Final = frozenset({Reach.ALL, Reach.EMERGENCY})
POOL_COLUMNS: Final = tuple(POOLS.c[name] for name in Pool.__dataclass_fields__)


@remembered(512)
def pooling(policy: Policy) -> Policy:
    """Mask what leads to a customer while it is in the pool, for all who do not reach everybody.

    A part that shows it falls into two: for customers in the pool, and for the others.
    """
    held = policy.parts or (policy,)
    parts: list[Policy] = []
    for part in held:
        masked = _masked(part)
        if masked is part or part.where.reach in UNBOUND:
            parts.append(part)
        else:
            parts.append(replace(masked, where=replace(part.where, pooled=True)))
            parts.append(replace(part, where=replace(part.where, pooled=False)))
    return joined(parts) if len(parts) > len(held) else policy


@remembered(512)
def unpooled(policy: Policy) -> Policy:
    """Return what would be granted if no customer were in the pool: for the act of viewing."""
    held = [part for part in policy.parts if not part.where.pooled]
    return joined([replace(p, where=replace(p.where, pooled=None)) for p in held] or [policy])


def _masked(part: Policy) -> Policy:
    grades = {target: _lower(target, grade) for target, grade in part.grades.items()}
    reveals = frozenset(target for target in part.reveals if not _leads_to(target))
    if grades == part.grades and reveals == part.reveals:
        return part
    return replace(part, grades=grades, reveals=reveals)


def _lower(target: str, grade: Grade) -> Grade:
    return min(grade, Grade.MASKED, key=ORDER.__getitem__) if _leads_to(target) else grade


def _leads_to(target: str) -> bool:
    """Whether a group, or a field named by its path, says how to reach a customer."""
    if target in GROUPS:
        return GROUPS[target].leads_to
    resource, _, name = target.partition(".")
    entry = RESOURCES[resource].fields.get(name) if resource in RESOURCES else None
    return entry is not None and entry.group.leads_to


def is_known_unpooled(granted: Policy) -> bool:
    """Whether what is granted for a customer tells that it is not in the pool."""
    return any(part.where.pooled is False for part in granted.merged)
