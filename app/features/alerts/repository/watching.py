"""What the watcher reads: the lines since it last looked, and what is known of their customers.

Lines are taken by the transaction that wrote them, below the horizon of open ones, as the sealer
takes them (app/core/segments.py): one that commits late is seen late, never skipped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.breathing import breathing
from app.core.records import RESOURCES
from app.core.segments import FIRST, HORIZON, TOO_MANY
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.alerts.sightings import Sighting

MOST_LINES: Final = 1000
MOST_FOUND: Final = 10_000


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


# Whoever holds the row watches; the others come back when it is due again.
POSITION: Final = _ask("select to_xid from alert_watch for update skip locked")
ADVANCE: Final = _ask("update alert_watch set to_xid = $1", "to_xid")
THE_HORIZON: Final = _ask(HORIZON)
BEYOND: Final = _ask(TOO_MANY, "from_xid", "to_xid", "most")
THE_FIRST: Final = _ask(FIRST, "from_xid", "to_xid")
LINES: Final = _ask(
    "select at, line_id, actor_kind, actor_id, source, operation, status, subjects, shown "
    "from audit_lines where xid >= $1 and xid < $2 order by at, line_id",
    *("from_xid", "to_xid"),
)
DISCLOSED: Final = _ask("select digest, shown from projections where digest = any($1)", "digests")
LINES_OF: Final = _ask(
    "select at, line_id, actor_kind, actor_id, source, operation, status, subjects, shown "
    "from audit_lines where actor_id = $1 and at >= $2 and at <= $3 and status < 400 "
    "and subjects <> '{}' order by at desc limit $4",
    *("actor_id", "since", "until", "most"),
)
WATCHED: Final = _ask(
    "select customer_id, tier, owner_id, department_id from customers "
    "where customer_id = any($1) and tier = any($2)",
    *("customers", "tiers"),
)
MAILS: Final = _ask(
    "select user_id, email from users where user_id = any($1) and email is not null", "users"
)
FOUND: Final = _ask(
    "select hash, customer_id from lookups where hash = any($1) and kind = 'email' limit $2",
    *("hashes", "most"),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The transactions of a batch, `[from_xid, to_xid)`; `is_last` when they reach the horizon."""

    from_xid: int
    to_xid: int
    is_last: bool


class WatchRepository:
    """Reads for the watcher, within the one transaction of a batch."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def next_stretch(self) -> Stretch | None:
        """Return what is to be looked at, and keep others off; None when somebody is at it.

        It ends before it begins in a database whose transaction ids began anew.
        """
        rows = await self._work.fetch(POSITION, {})
        if not rows:
            return None
        start = int(rows[0][0])
        horizon = int((await self._work.fetch(THE_HORIZON, {}))[0][0])
        between = {"from_xid": start, "to_xid": horizon}
        beyond = await self._work.fetch(BEYOND, {**between, "most": MOST_LINES})
        if not beyond:
            return Stretch(start, horizon, is_last=True)
        first = int((await self._work.fetch(THE_FIRST, between))[0][0])
        return Stretch(start, max(int(beyond[0][0]), first + 1), is_last=False)

    async def advance(self, to_xid: int) -> None:
        """Note up to where was watched."""
        await self._work.fetch(ADVANCE, {"to_xid": to_xid})

    async def sightings(self, stretch: Stretch) -> list[Sighting]:
        """Return the lines of a stretch, in the order of time."""
        between = {"from_xid": stretch.from_xid, "to_xid": stretch.to_xid}
        return await self._seen(await self._work.fetch(LINES, between))

    async def sightings_of(self, actor_id: UUID, since: Any, until: Any) -> list[Sighting]:
        """Return the newest lines of an actor that are about customers."""
        asked = {"actor_id": actor_id, "since": since, "until": until, "most": 50}
        return await self._seen(await self._work.fetch(LINES_OF, asked))

    async def watched(
        self, customers: Collection[UUID], tiers: Collection[str]
    ) -> dict[UUID, tuple[str, UUID | None, UUID | None]]:
        """Return which of these customers are of these tiers, with owner and department."""
        if not customers or not tiers:
            return {}
        rows = await self._work.fetch(WATCHED, {"customers": [*customers], "tiers": [*tiers]})
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    async def mails(self, users: Collection[UUID]) -> dict[UUID, bytes]:
        """Return the mail addresses of users, sealed."""
        rows = await self._work.fetch(MAILS, {"users": [*users]})
        return {row[0]: row[1] for row in rows}

    async def with_mail(self, hashes: Collection[bytes]) -> dict[bytes, set[UUID]]:
        """Return the customers that are found by blind indexes of mail addresses."""
        found: dict[bytes, set[UUID]] = {}
        rows = await self._work.fetch(FOUND, {"hashes": [*hashes], "most": MOST_FOUND})
        for digest, customer_id in rows:
            found.setdefault(digest, set()).add(customer_id)
        return found

    async def _seen(self, rows: Sequence[Any]) -> list[Sighting]:
        digests = {row["shown"] for row in rows if row["shown"] is not None}
        disclosing = await self._disclosing(digests) if digests else {}
        seen = []
        async for row in breathing(rows):
            values = {**row}
            discloses = disclosing.get(values.pop("shown"), False)
            seen.append(Sighting(discloses=discloses, **values))
        return seen

    async def _disclosing(self, digests: Collection[bytes]) -> Mapping[bytes | None, bool]:
        """Return of which field sets data of customers are a part."""
        rows = await self._work.fetch(DISCLOSED, {"digests": [*digests]})
        return {row[0]: not RESOURCES.keys().isdisjoint(orjson.loads(row[1])) for row in rows}
