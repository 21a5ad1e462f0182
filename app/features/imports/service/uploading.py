"""Uploading: a file comes in piece by piece and stands sealed before anything is read in it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.file_seals import new_key
from app.core.job_queue import enqueue
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.exchange.files import OLE, ZIP
from app.features.exchange.problems import FileTooLarge, NotATable
from app.features.imports.problems import ImportsTooMany
from app.features.imports.repository import ImportRepository
from app.features.imports.rules import ImportRules
from app.features.imports.service.pieces import LABEL, ImportFile
from app.features.imports.service.showing import ImportList

READ: Final = "imports.read"
PIECE: Final = 1 << 20
DAY: Final = timedelta(days=1)
UPLOADING: Final = timedelta(hours=1)  # longer than any request may take


class UploadService:
    """Takes files in."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)
        self.imports = ImportRepository(work)
        self._rules: ImportRules = work.platform.tools[ImportRules]

    async def upload(self, coming: AsyncIterator[bytes]) -> Shown:
        """Keep a file and queue its reading; raises FileTooLarge, NotATable, ImportsTooMany.

        What does not come whole leaves nothing.
        """
        if await self.imports.count(now() - DAY) >= self._rules.most_a_day:
            raise ImportsTooMany
        pieces = _even(coming)
        first = await anext(pieces, b"")
        row = self._row(first)
        await self.imports.add(row)
        try:
            size, number = await self._keep(row, first, pieces)
            return await self._finish(row["import_id"], size, number)
        except BaseException:
            await self.imports.drop(row["import_id"])
            raise

    async def _keep(
        self, row: dict[str, Any], first: bytes, pieces: AsyncIterator[bytes]
    ) -> tuple[int, int]:
        """Seal piece after piece; returns how many bytes and pieces there are."""
        file = ImportFile(self.work, row)
        await file.put(0, first)
        size, number = len(first), 1
        async for piece in pieces:
            size += len(piece)
            if size > self._rules.most_bytes:
                raise FileTooLarge
            await file.put(number, piece)
            number += 1
        if size > self._rules.most_bytes:
            raise FileTooLarge
        return size, number

    async def _finish(self, import_id: UUID, size: int, pieces: int) -> Shown:
        async with self.work.pinned(), self.work.changing():
            job_id = await enqueue(self.work, READ, {"import_id": str(import_id)})
            row = {"state": "uploaded", "size": size, "pieces": pieces, "job_id": job_id}
            expires_at = now() + self._rules.waiting
            await self.imports.set(import_id, **row, expires_at=expires_at)
            found = await self.list.found(import_id)
            self.list.note(found, "uploaded", size=size, format=found["format"])
        return self.list.shown(found, location=f"/v1/imports/{import_id}")

    def _row(self, first: bytes) -> dict[str, Any]:
        """Begin an import; what kind of file it is, its first bytes tell."""
        if not first or first.startswith(OLE):
            raise NotATable
        actor, import_id, at = self.work.actor, new_id(), now()
        return {
            "import_id": import_id,
            "submitter_id": actor.actor_id,
            "department_id": actor.department_id,
            "state": "uploading",
            "format": "xlsx" if first.startswith(ZIP) else "csv",
            "sealed_key": new_key(self.work.platform.sealing, LABEL, import_id),
            "created_at": at,
            "expires_at": at + UPLOADING,
        }


async def _even(coming: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut what comes in any sizes into pieces of one size."""
    held = bytearray()
    async for part in coming:
        held += part
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)
