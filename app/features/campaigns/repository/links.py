"""Links for customers: the digest of a token, good for one answer until its time is over."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, insert

from app.core.projections import Opened
from app.core.reading import Question, the_row
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.campaigns.models import SELF_SERVICE_LINKS, TaskOutcome
from app.features.customers.models import Customer

PUT: Final = compile_statement(
    insert(SELF_SERVICE_LINKS).values(
        {
            c.name: bindparam(c.name, type_=c.type)
            for c in SELF_SERVICE_LINKS.c
            if c.name not in {"opened_at", "used_at", "outcome"}
        }
    )
)


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


# A customer who was archived, merged or erased meanwhile has no page any more.
FIND: Final = _ask(
    "select l.customer_id, l.campaign_id, l.round, l.expires_at, l.opened_at "
    "from self_service_links l join customers c on c.customer_id = l.customer_id "
    "where l.digest = $1 and l.used_at is null and l.expires_at > $2 "
    "and c.status in ('prospect', 'active', 'inactive')",
    *("digest", "at"),
)
OPEN: Final = _ask(
    "update self_service_links set opened_at = coalesce(opened_at, $2) where digest = $1",
    *("digest", "at"),
)
USE: Final = _ask(
    "update self_service_links set used_at = $2, opened_at = coalesce(opened_at, $2), "
    "outcome = $3 where digest = $1 and used_at is null and expires_at > $2 returning digest",
    *("digest", "at", "outcome"),
)
COUNTS: Final = _ask(
    "select department_id, count(*) as links_sent, count(opened_at) as links_opened, "
    "count(*) filter (where outcome = 'confirmed') as links_confirmed, "
    "count(*) filter (where outcome = 'corrected') as links_corrected "
    "from self_service_links where campaign_id = $1 and round = $2 group by department_id",
    *("campaign_id", "round"),
)
THE_ONE: Final = Question(Customer, lambda asked: asked.where(*the_row(Customer)))


@dataclass(frozen=True, slots=True)
class Link:
    """A link that serves now, and whom it is about."""

    customer_id: UUID
    campaign_id: UUID
    round: int
    expires_at: datetime
    opened_at: datetime | None

    @property
    def task(self) -> dict[str, Any]:
        """The task that the customer's answer counts for."""
        return {
            "customer_id": self.customer_id,
            "campaign_id": self.campaign_id,
            "round": self.round,
        }


class LinkRepository:
    """Keeps, finds and uses up links; a token never reaches the database."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def put(self, token: str, values: Mapping[str, Any]) -> None:
        """Keep the digest of a link."""
        await self._work.fetch(PUT, {**values, "digest": _digest(token)})

    async def find(self, token: str, at: datetime) -> Link | None:
        """Return the link of a token that serves now."""
        rows = await self._work.fetch(FIND, {"digest": _digest(token), "at": at})
        return Link(*rows[0]) if rows else None

    async def open(self, token: str, at: datetime) -> None:
        """Note that the page was looked at."""
        await self._work.fetch(OPEN, {"digest": _digest(token), "at": at})

    async def use(self, token: str, at: datetime, outcome: TaskOutcome) -> bool:
        """Use a link up; False for everybody but the first."""
        params = {"digest": _digest(token), "at": at, "outcome": outcome.value}
        return bool(await self._work.fetch(USE, params))

    async def held(self, link: Link, names: frozenset[str]) -> Opened | None:
        """Open what is held on the customer of a link, noted on the line."""
        params = {"customer_id": link.customer_id}
        return await self._work.open(THE_ONE, params, names)

    async def counts(self, **of: Any) -> list[dict[str, Any]]:
        """Count what became of a round's links, by department."""
        return [dict(row) for row in await self._work.fetch(COUNTS, of)]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
