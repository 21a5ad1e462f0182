"""Exports of one's own, their pieces, and the pages of customers that they are made from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, Uuid, bindparam, insert, select

from app.core.counting import count_statement
from app.core.filters import shape_of, values_of
from app.core.job_records import JOBS
from app.core.paging import Page
from app.core.permissions import Permission
from app.core.reading import Question
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.exports.models import EXPORTS

ACT: Final = Permission.CUSTOMERS_EXPORT
NEW: Final = (
    *("export_id", "job_id", "submitter_id", "format", "language", "columns", "purpose"),
    *("sealed_key", "created_at", "expires_at"),
)
INSERT: Final = compile_statement(
    insert(EXPORTS).values({name: bindparam(name, type_=EXPORTS.c[name].type) for name in NEW})
)


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


# One at a time of a person: the count and the new one are one matter.
ONE_AT_A_TIME: Final = _ask("select pg_advisory_xact_lock($1)", "number")
COUNT: Final = _ask(
    "select count(*) from exports where submitter_id = $1 and created_at > $2", "me", "since"
)
WRITING: Final = _ask(
    "select sealed_key, expires_at from exports where export_id = $1 and submitter_id = $2 "
    "and emptied_at is null and taken_at is null for update",
    *("export_id", "me"),
)
ADD_PIECE: Final = _ask(
    "insert into export_pieces (export_id, number, sealed) values ($1, $2, $3)",
    *("export_id", "number", "sealed"),
)
DROP_PIECES: Final = _ask("delete from export_pieces where export_id = $1", "export_id")
READY: Final = _ask(
    "update exports set ready_at = $2, expires_at = $3, rows = $4, size = $5, pieces = $6, "
    "rights = $7 where export_id = $1",
    *("export_id", "at", "until", "rows", "size", "pieces", "rights"),
)
LINK: Final = _ask(
    "update exports set link_digest = $3, link_until = $4 where export_id = $1 "
    "and submitter_id = $2 and ready_at is not null and taken_at is null and expires_at > $5 "
    "returning export_id",
    *("export_id", "me", "digest", "until", "at"),
)
# Of any number at once one finds it and nobody waits; with the answer the key is gone from here.
TAKE: Final = _ask(
    "with found as (select export_id, sealed_key from exports where export_id = $1 "
    "and submitter_id = $2 and link_digest = $3 and link_until > $4 and expires_at > $4 "
    "and taken_at is null and emptied_at is null for update skip locked) "
    "update exports set taken_at = $4, sealed_key = null, link_digest = null from found "
    "where exports.export_id = found.export_id returning found.sealed_key",
    *("export_id", "me", "digest", "at"),
)
PIECE: Final = _ask(
    "select sealed from export_pieces where export_id = $1 and number = $2",
    *("export_id", "number"),
)
EMPTY: Final = _ask(
    "update exports set emptied_at = $2, sealed_key = null, link_digest = null "
    "where export_id = $1",
    *("export_id", "at"),
)
DUE: Final = _ask(
    "select export_id from exports where emptied_at is null and (expires_at <= $1 "
    "or taken_at <= $2 or exists (select 1 from jobs where jobs.job_id = exports.job_id "
    "and jobs.state = 'cancelled')) order by expires_at limit $3 for update skip locked",
    *("at", "taken_before", "most"),
)
FORGET: Final = _ask("delete from exports where emptied_at <= $1 returning export_id", "before")


class ExportRepository:
    """The actor's exports, and for the routine those of all."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def count(self, since: datetime) -> int:
        """Return how many the actor has asked for since then; the next has to wait till we end."""
        me = self._work.actor.actor_id or UUID(int=0)
        await self._work.fetch(ONE_AT_A_TIME, {"number": me.int % (1 << 63)})
        return int((await self._work.fetch(COUNT, {"since": since}))[0][0])

    async def add(self, values: Mapping[str, Any]) -> None:
        """Write an export, in the change that is under way."""
        await self._work.fetch(INSERT, values)

    async def find(self, export_id: UUID) -> dict[str, Any] | None:
        """Return one of the actor's own."""
        rows = await self._work.fetch(_listed(("export_id",)), {"export_id": export_id, "most": 1})
        return dict(rows[0]) if rows else None

    async def page(self, after: UUID | None, most: int) -> list[dict[str, Any]]:
        """Return the actor's own, newest first."""
        names = () if after is None else ("after",)
        rows = await self._work.fetch(_listed(names), {"after": after, "most": most})
        return [dict(row) for row in rows]

    async def writing(self, export_id: UUID) -> dict[str, Any] | None:
        """Hold one that is being written to the end of the step; None when it is gone."""
        rows = await self._work.fetch(WRITING, {"export_id": export_id})
        return dict(rows[0]) if rows else None

    async def add_piece(self, export_id: UUID, number: int, sealed: bytes) -> None:
        """Keep a piece."""
        params = {"export_id": export_id, "number": number, "sealed": sealed}
        await self._work.fetch(ADD_PIECE, params)

    async def piece(self, export_id: UUID, number: int) -> bytes:
        """Return a piece."""
        rows = await self._work.fetch(PIECE, {"export_id": export_id, "number": number})
        found: bytes = rows[0]["sealed"]
        return found

    async def drop_pieces(self, export_id: UUID) -> None:
        """Let go of all that was written."""
        await self._work.fetch(DROP_PIECES, {"export_id": export_id})

    async def ready(self, export_id: UUID, **told: Any) -> None:
        """Call it whole, in the step that makes it so."""
        await self._work.fetch(READY, {"export_id": export_id, **told})

    async def link(self, export_id: UUID, digest: bytes, until: datetime, at: datetime) -> bool:
        """Keep the digest of the newest link; False when there is nothing to take."""
        params = {"export_id": export_id, "digest": digest, "until": until, "at": at}
        return bool(await self._work.fetch(LINK, params))

    async def take(self, export_id: UUID, digest: bytes, at: datetime) -> bytes | None:
        """Take the file's key for good; None for all but the first with a good token."""
        params = {"export_id": export_id, "digest": digest, "at": at}
        rows = await self._work.fetch(TAKE, params)
        return rows[0]["sealed_key"] if rows else None


class ExpiredExports:
    """What is to be let go of, whoever asked for it."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def due(self, at: datetime, taken_before: datetime, most: int) -> list[UUID]:
        """Return files to let go of: expired, cancelled, or taken long enough ago."""
        params = {"at": at, "taken_before": taken_before, "most": most}
        return [row["export_id"] for row in await self._work.fetch(DUE, params)]

    async def empty(self, export_id: UUID, at: datetime) -> None:
        """Let go of a file and its key."""
        await self._work.fetch(DROP_PIECES, {"export_id": export_id})
        await self._work.fetch(EMPTY, {"export_id": export_id, "at": at})

    async def forget(self, before: datetime) -> list[UUID]:
        """Let go of what was to be told of files that went before a moment."""
        return [row["export_id"] for row in await self._work.fetch(FORGET, {"before": before})]


class LeavingCustomers:
    """The customers that may leave: those within reach that the actor may export."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def count(self, page: Page) -> int:
        """Return how many there are."""
        policy, sealing = self._work.actor.policy, self._work.platform.sealing
        statement = count_statement(Customer, policy, shape_of(page.filters), page.used, ACT)
        values = values_of(Customer, page.filters, sealing)
        return int((await self._work.fetch(statement, values))[0][0])

    async def page(self, page: Page) -> tuple[list[dict[str, Any]], bool]:
        """Return views of a page, and whether there are more; notes on the line who is shown."""
        params = page.params(self._work.platform.sealing)
        found = await self._work.read(
            _exported(page.question()), params, page.members, shown=page.limit
        )
        return found[: page.limit], len(found) > page.limit


@remembered(512)
def _exported(question: Question) -> Question:
    return replace(question, act=ACT)


@remembered(4)
def _listed(narrowed: tuple[str, ...]) -> Statement:
    asked: Select[Any] = (
        select(*EXPORTS.c, JOBS.c.state.label("job_state"))
        .select_from(EXPORTS)
        .outerjoin(JOBS, JOBS.c.job_id == EXPORTS.c.job_id)
        .where(EXPORTS.c.submitter_id == bindparam("me", type_=Uuid))
    )
    if "export_id" in narrowed:
        asked = asked.where(EXPORTS.c.export_id == bindparam("export_id", type_=Uuid))
    if "after" in narrowed:
        asked = asked.where(EXPORTS.c.export_id < bindparam("after", type_=Uuid))
    asked = asked.order_by(EXPORTS.c.export_id.desc())
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
