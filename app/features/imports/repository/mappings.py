"""Saved mappings: what a person has said of the same headings before."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.statements import Statement
from app.core.work import UnitOfWork

SAVE: Final = Statement(
    "insert into import_mappings (import_mapping_id, owner_id, name, headings, columns, mode, "
    "match, system, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "on conflict (owner_id, headings) do update set name = excluded.name, "
    "columns = excluded.columns, mode = excluded.mode, match = excluded.match, "
    "system = excluded.system",
    (
        *("import_mapping_id", "owner_id", "name", "headings", "columns", "mode", "match"),
        *("system", "created_at"),
    ),
    {},
)
FIND: Final = Statement(
    "select * from import_mappings where owner_id = $1 and headings = $2",
    ("owner_id", "headings"),
    {},
)
LIST: Final = Statement(
    "select * from import_mappings where owner_id = $1 order by name, import_mapping_id limit $2",
    ("owner_id", "most"),
    {},
)
REMOVE: Final = Statement(
    "delete from import_mappings where owner_id = $1 and import_mapping_id = $2 "
    "returning import_mapping_id",
    ("owner_id", "import_mapping_id"),
    {},
)


class MappingRepository:
    """The actor's saved mappings, one for each set of headings."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def save(self, name: str, headings: bytes, mapping: Mapping[str, Any]) -> None:
        """Keep a mapping, in place of one for the same headings."""
        made = {"import_mapping_id": new_id(), "created_at": now(), "name": name}
        params = {**self._mine, **made, "headings": headings, **mapping}
        await self._work.fetch(SAVE, params)

    async def find(self, headings: bytes) -> dict[str, Any] | None:
        """Return what was saved for these headings."""
        rows = await self._work.fetch(FIND, {**self._mine, "headings": headings})
        return dict(rows[0]) if rows else None

    async def all(self, most: int) -> list[dict[str, Any]]:
        """Return what the actor has saved, by name."""
        return [dict(row) for row in await self._work.fetch(LIST, {**self._mine, "most": most})]

    async def remove(self, mapping_id: UUID) -> bool:
        """Let go of one."""
        params = {**self._mine, "import_mapping_id": mapping_id}
        return bool(await self._work.fetch(REMOVE, params))

    @property
    def _mine(self) -> dict[str, Any]:
        return {"owner_id": self._work.actor.actor_id}
