"""How far the measuring has come: changes by the audit, and a walk through all customers.

Changes are taken by the transaction that wrote their lines, below the horizon of open ones, so
that writing costs nothing here and one that commits late is seen late, never skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.segments import FIRST, HORIZON, TOO_MANY
from app.core.statements import Statement
from app.core.work import UnitOfWork

MOST_LINES: Final = 200
NOBODY: Final = UUID(int=0)


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


BEGIN: Final = _ask(
    f"insert into quality_progress (is_only, to_xid) values (true, ({HORIZON})) "  # noqa: S608 - a constant
    "on conflict do nothing"
)
POSITION: Final = _ask(
    "select to_xid, walked_to, walk_began_at, rules from quality_progress for update skip locked"
)
THE_HORIZON: Final = _ask(HORIZON)
BEYOND: Final = _ask(TOO_MANY, "from_xid", "to_xid", "most")
THE_FIRST: Final = _ask(FIRST, "from_xid", "to_xid")
LINES: Final = _ask(
    "select subjects, changed, at from audit_lines where xid >= $1 and xid < $2 "
    "and status < 400 and changed <> '{}' and subjects <> '{}' order by at",
    *("from_xid", "to_xid"),
)
LOOKED: Final = _ask("update quality_progress set to_xid = $1", "to_xid")
WALKED: Final = _ask(
    "update quality_progress set walked_to = $1, walk_began_at = $2, rules = $3",
    *("walked_to", "began_at", "rules"),
)
NEXT: Final = _ask(
    "select customer_id from customers where customer_id > $1 order by customer_id limit $2",
    *("after", "most"),
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the measuring stands; `walked_to` is empty between two walks."""

    to_xid: int
    walked_to: UUID | None
    walk_began_at: datetime | None
    rules: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Which members of which customers were written, and when."""

    customers: Sequence[UUID]
    names: Sequence[str]
    at: datetime


class ProgressRepository:
    """Reads and moves the position, within the one transaction of a batch."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def position(self) -> Position | None:
        """Return where the measuring stands, and keep others off; None when somebody is at it."""
        await self._work.fetch(BEGIN, {})
        rows = await self._work.fetch(POSITION, {})
        return Position(*rows[0]) if rows else None

    async def changes(self, from_xid: int) -> tuple[list[Change], int]:
        """Return the next changes, and up to which transaction they reach."""
        horizon = int((await self._work.fetch(THE_HORIZON, {}))[0][0])
        between = {"from_xid": from_xid, "to_xid": horizon}
        beyond = await self._work.fetch(BEYOND, {**between, "most": MOST_LINES})
        if beyond:
            first = int((await self._work.fetch(THE_FIRST, between))[0][0])
            between["to_xid"] = max(int(beyond[0][0]), first + 1)
        rows = await self._work.fetch(LINES, between)
        return [Change(*row) for row in rows], between["to_xid"]

    async def look_from(self, to_xid: int) -> None:
        """Note up to where changes were looked at."""
        await self._work.fetch(LOOKED, {"to_xid": to_xid})

    async def next_customers(self, after: UUID | None, most: int) -> list[UUID]:
        """Return the next customers of the walk."""
        rows = await self._work.fetch(NEXT, {"after": after or NOBODY, "most": most})
        return [row[0] for row in rows]

    async def walk_from(self, walked_to: UUID | None, began_at: datetime, rules: str) -> None:
        """Note how far the walk has come, and by which rules."""
        params = {"walked_to": walked_to, "began_at": began_at, "rules": rules}
        await self._work.fetch(WALKED, params)
