"""Imports: one's own, those that one may decide on, and those that are to be let go of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Select,
    Uuid,
    bindparam,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from app.core.job_records import JOBS
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.imports.models import IMPORTS

NEW: Final = (
    *("import_id", "submitter_id", "department_id", "state", "format", "sealed_key"),
    *("created_at", "expires_at"),
)
INSERT: Final = compile_statement(
    insert(IMPORTS).values({name: bindparam(name, type_=IMPORTS.c[name].type) for name in NEW})
)
HOLD: Final = compile_statement(
    select(IMPORTS.c.import_id)
    .where(IMPORTS.c.import_id == bindparam("import_id", type_=Uuid))
    .with_for_update()
)
COUNT: Final = compile_statement(
    select(func.count())
    .select_from(IMPORTS)
    .where(
        IMPORTS.c.submitter_id == bindparam("me", type_=Uuid),
        IMPORTS.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
)
DROP: Final = Statement("delete from imports where import_id = $1", ("import_id",), {})
DUE: Final = Statement(
    "select import_id, state from imports where emptied_at is null and expires_at <= $1 "
    "and state not in ('running', 'undoing') "
    "order by expires_at limit $2 for update skip locked",
    ("at", "most"),
    {},
)
EMPTY: Final = Statement(
    "with gone as (delete from import_pieces where import_id = $1) "
    "update imports set emptied_at = $2, sealed_key = null, about = null where import_id = $1",
    ("import_id", "at"),
    {},
)


class ImportRepository:
    """Imports that the actor has uploaded, or may decide on."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def count(self, since: datetime) -> int:
        """Return how many files the actor has uploaded since then."""
        params = {"me": self._work.actor.actor_id, "since": since}
        return int((await self._work.fetch(COUNT, params))[0][0])

    async def add(self, values: Mapping[str, Any]) -> None:
        """Write an import."""
        await self._work.fetch(INSERT, values)

    async def drop(self, import_id: UUID) -> None:
        """Let go of a file that did not come whole."""
        await self._work.fetch(DROP, {"import_id": import_id})

    async def find(self, import_id: UUID) -> dict[str, Any] | None:
        """Return an import, whoever has uploaded it, with the state of its newest job."""
        rows = await self._work.fetch(_listed(("import_id",), ()), {"import_id": import_id})
        return dict(rows[0]) if rows else None

    async def hold(self, import_id: UUID) -> dict[str, Any] | None:
        """Return an import, and keep others off it to the end of the transaction."""
        await self._work.fetch(HOLD, {"import_id": import_id})
        return await self.find(import_id)

    async def set(self, import_id: UUID, **values: Any) -> None:
        """Set columns, in the change that is under way."""
        await self._work.fetch(_update(tuple(sorted(values))), {"which": import_id, **values})

    async def page(
        self, after: UUID | None, departments: Sequence[UUID] | None, most: int
    ) -> list[dict[str, Any]]:
        """Return the actor's own and those of these departments, newest first; None is all."""
        names = () if after is None else ("after",)
        reach = ("mine",) if departments is not None else ()
        params = {
            "after": after,
            "me": self._work.actor.actor_id,
            "departments": list(departments or ()),
            "most": most,
        }
        rows = await self._work.fetch(_listed(names, reach), params)
        return [dict(row) for row in rows]


class ExpiredImports:
    """What is to be let go of, whoever has uploaded it."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def due(self, at: datetime, most: int) -> list[dict[str, Any]]:
        """Return imports whose time is over, but for those that are being worked on."""
        rows = await self._work.fetch(DUE, {"at": at, "most": most})
        return [dict(row) for row in rows]

    async def empty(self, import_id: UUID, at: datetime) -> None:
        """Let go of a file, its rows and its key; what it did stays told."""
        await self._work.fetch(EMPTY, {"import_id": import_id, "at": at})


@remembered(64)
def _update(names: tuple[str, ...]) -> Statement:
    values = {name: bindparam(name, type_=IMPORTS.c[name].type) for name in names}
    which = IMPORTS.c.import_id == bindparam("which", type_=Uuid)
    return compile_statement(update(IMPORTS).where(which).values(values))


@remembered(8)
def _listed(narrowed: tuple[str, ...], reach: tuple[str, ...]) -> Statement:
    job = JOBS.c
    told = (job.state.label("job_state"), job.trouble, job.done, job.total)
    asked: Select[Any] = select(*IMPORTS.c, *told).select_from(
        IMPORTS.outerjoin(JOBS, job.job_id == IMPORTS.c.job_id)
    )
    if "import_id" in narrowed:
        return compile_statement(
            asked.where(IMPORTS.c.import_id == bindparam("import_id", type_=Uuid))
        )
    if "after" in narrowed:
        asked = asked.where(IMPORTS.c.import_id < bindparam("after", type_=Uuid))
    mine = or_(
        IMPORTS.c.submitter_id == bindparam("me", type_=Uuid),
        IMPORTS.c.department_id == any_of("departments"),
    )
    asked = asked.where(mine if reach else true(), IMPORTS.c.state != "uploading")
    asked = asked.order_by(IMPORTS.c.import_id.desc())
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
