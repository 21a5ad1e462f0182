"""The file of an import: opened and sealed piece by piece, under the import's own key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.file_seals import FileSeal
from app.core.problems import NotFound
from app.core.work import UnitOfWork
from app.features.exchange.sheets import SheetRow
from app.features.imports.repository import PieceRepository
from app.features.imports.repository.pieces import FILE, PLAN, ROWS

LABEL: Final = "imports"
ABOUT: Final = "about"


class ImportFile:
    """The pieces of one import."""

    def __init__(self, work: UnitOfWork, row: Mapping[str, Any]) -> None:
        if row["sealed_key"] is None:
            raise NotFound
        self._import_id: UUID = row["import_id"]
        self._pieces = PieceRepository(work, self._import_id)
        self._seal = FileSeal(work.platform.sealing, LABEL, self._import_id, row["sealed_key"])

    async def put(self, number: int, piece: bytes) -> None:
        """Keep a piece of the file as it came."""
        await self._pieces.put(FILE, number, self._seal.seal(number, piece, FILE))

    async def get(self, number: int) -> bytes:
        """Return a piece of the file as it came."""
        sealed = await self._pieces.get(FILE, number)
        return b"" if sealed is None else self._seal.open(number, sealed, FILE)

    async def put_rows(self, number: int, rows: Sequence[SheetRow]) -> None:
        """Keep a batch of rows."""
        told = [[row.number, row.cells, row.inexact] for row in rows]
        await self._put(ROWS, number, told)

    async def rows(self, number: int) -> list[SheetRow]:
        """Return a batch of rows."""
        found = await self._get(ROWS, number)
        return [SheetRow(row, cells, tuple(inexact)) for row, cells, inexact in found]

    async def put_plan(self, number: int, plan: Sequence[Mapping[str, Any]]) -> None:
        """Keep what is to become, or has become, of a batch."""
        await self._put(PLAN, number, list(plan))

    async def plan(self, number: int) -> list[dict[str, Any]]:
        """Return what is to become of the rows of a batch, in their order."""
        found: list[dict[str, Any]] = await self._get(PLAN, number)
        return found

    async def drop_file(self) -> None:
        """Let go of the file as it came: its rows are kept."""
        await self._pieces.drop(FILE)

    async def drop_rows(self) -> None:
        """Let go of all rows."""
        await self._pieces.drop(ROWS)

    async def drop_plan(self) -> None:
        """Let go of what was to become of them."""
        await self._pieces.drop(PLAN)

    def sealed(self, about: Mapping[str, Any]) -> bytes:
        """Seal what is known of the table."""
        return self._seal.seal(0, orjson.dumps(about), ABOUT)

    def about(self, sealed: bytes) -> dict[str, Any]:
        """Open what is known of the table."""
        found: dict[str, Any] = orjson.loads(self._seal.open(0, sealed, ABOUT))
        return found

    async def _put(self, part: str, number: int, value: Any) -> None:
        sealed = self._seal.seal(number, orjson.dumps(value), part)
        await self._pieces.put(part, number, sealed)

    async def _get(self, part: str, number: int) -> Any:
        sealed = await self._pieces.get(part, number)
        return [] if sealed is None else orjson.loads(self._seal.open(number, sealed, part))
