"""Reference rows: found by id, listed in the order of their codes, written one by one."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Integer, Table, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.problems import NotFound
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork


class ReferenceRepository:
    """Reads and writes the rows of one reference table, whose codes are unique."""

    table: ClassVar[Table]
    key: ClassVar[str]
    narrowing: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def get(self, row_id: UUID, *, for_change: bool = False) -> dict[str, Any]:
        """Return a row, locked if it is to be changed, or raise NotFound."""
        statement = _one(self.table, self.key, for_change=for_change)
        rows = await self._work.fetch(statement, {"row_id": row_id})
        if not rows:
            raise NotFound
        return dict(rows[0])

    async def with_ids(self, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """Return rows by their ids, retired ones included."""
        if not ids:
            return {}
        rows = await self._work.fetch(_many(self.table, self.key), {"ids": list({*ids})})
        return {row[self.key]: dict(row) for row in rows}

    async def page(
        self, narrowed: Mapping[str, Any], after: str | None, most: int, *, retired: bool
    ) -> list[dict[str, Any]]:
        """Return rows in the order of their codes."""
        names = tuple(sorted(narrowed))
        statement = _listed(self.table, names, retired=retired, continued=after is not None)
        params = {**{f"is_{n}": v for n, v in narrowed.items()}, "after": after, "most": most}
        return [dict(row) for row in await self._work.fetch(statement, params)]

    async def add(self, values: Mapping[str, Any]) -> bool:
        """Add a row; False when its code is taken."""
        empty = dict.fromkeys(self.table.c.keys())
        return bool(await self._work.fetch(_add(self.table, self.key), {**empty, **values}))

    async def save(self, values: Mapping[str, Any]) -> None:
        """Put a row back as it is now; its code stays."""
        params = {f"set_{name}": value for name, value in values.items()}
        await self._work.fetch(_save(self.table, self.key), {**params, "row_id": values[self.key]})


@remembered(8)
def _one(table: Table, key: str, *, for_change: bool) -> Statement:
    asked = select(*table.c).where(table.c[key] == bindparam("row_id", type_=Uuid))
    return compile_statement(asked.with_for_update() if for_change else asked)


@remembered(8)
def _many(table: Table, key: str) -> Statement:
    return compile_statement(select(*table.c).where(table.c[key] == any_of("ids")))


@remembered(32)
def _listed(table: Table, names: tuple[str, ...], *, retired: bool, continued: bool) -> Statement:
    gone = table.c.retired_at
    asked = select(*table.c).where(gone.is_not(None) if retired else gone.is_(None))
    for name in names:
        asked = asked.where(table.c[name] == bindparam(f"is_{name}", type_=table.c[name].type))
    if continued:
        asked = asked.where(table.c.code > bindparam("after", type_=Text))
    return compile_statement(asked.order_by(table.c.code).limit(bindparam("most", type_=Integer)))


@remembered(8)
def _add(table: Table, key: str) -> Statement:
    row = insert(table).values({c.name: bindparam(c.name) for c in table.c})
    return compile_statement(
        row.on_conflict_do_nothing(index_elements=[table.c.code]).returning(table.c[key])
    )


@remembered(8)
def _save(table: Table, key: str) -> Statement:
    fresh = {
        c.name: bindparam(f"set_{c.name}", type_=c.type)
        for c in table.c
        if c.name not in {key, "code"}
    }
    changed = update(table).where(table.c[key] == bindparam("row_id", type_=Uuid)).values(fresh)
    return compile_statement(changed)
