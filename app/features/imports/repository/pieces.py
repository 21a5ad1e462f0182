"""Pieces of a file: as it came, its rows in batches, and what is to become of them."""

from typing import Any, Final
from uuid import UUID

from app.core.statements import Statement
from app.core.work import UnitOfWork

FILE, ROWS, PLAN = "file", "rows", "plan"
PUT: Final = Statement(
    "insert into import_pieces (import_id, part, number, sealed) values ($1, $2, $3, $4) "
    "on conflict (import_id, part, number) do update set sealed = excluded.sealed",
    ("import_id", "part", "number", "sealed"),
    {},
)
GET: Final = Statement(
    "select sealed from import_pieces where import_id = $1 and part = $2 and number = $3",
    ("import_id", "part", "number"),
    {},
)
DROP: Final = Statement(
    "delete from import_pieces where import_id = $1 and part = $2", ("import_id", "part"), {}
)


class PieceRepository:
    """The sealed pieces of one import."""

    def __init__(self, work: UnitOfWork, import_id: UUID) -> None:
        self._work = work
        self._import_id = import_id

    async def put(self, part: str, number: int, sealed: bytes) -> None:
        """Keep a piece, in place of one that stood there."""
        await self._work.fetch(PUT, self._which(part, number=number, sealed=sealed))

    async def get(self, part: str, number: int) -> bytes | None:
        """Return a piece, if it is there."""
        rows = await self._work.fetch(GET, self._which(part, number=number))
        return rows[0]["sealed"] if rows else None

    async def drop(self, part: str) -> None:
        """Let go of all pieces of a part."""
        await self._work.fetch(DROP, self._which(part))

    def _which(self, part: str, **more: Any) -> dict[str, Any]:
        return {"import_id": self._import_id, "part": part, **more}
