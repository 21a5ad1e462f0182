"""Writing an export: a page a step, by what its submitter may see at that moment."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from uuid import UUID

from app.core.clock import now
from app.core.fields import Field
from app.core.file_seals import FileSeal
from app.core.paging import Page
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.exports.formats import FileWriter, writer_of
from app.features.exports.problems import ExportGone, ExportTooLarge
from app.features.exports.repository import ExportRepository, LeavingCustomers
from app.features.exports.rules import ExportRules
from app.features.exports.seals import LABEL
from app.features.exports.service.asking import told
from app.features.exports.service.wanted import is_shown, page_wanted, rights_of

ROWS: Final = 1_000  # of a page: some 100 ms, and some hundred kilobytes
MOST_BYTES: Final = (1 << 32) - (1 << 20)  # what the archive of a workbook can count


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the file is written, and by which rights; it is kept with each page."""

    rights: str = ""
    after: str | None = None
    pieces: int = 0
    rows: int = 0
    total: int = 0
    size: int = 0
    is_whole: bool = False
    state: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, checkpoint: Mapping[str, Any]) -> Self:
        """Take up the thread."""
        return cls(**checkpoint)


class WritingService:
    """Writes the next page of a file, within a step of its job."""

    def __init__(self, work: UnitOfWork, wanted: Mapping[str, Any]) -> None:
        self._work = work
        self._wanted = wanted
        self._export_id = UUID(wanted["export_id"])
        self._exports = ExportRepository(work)
        self._customers = LeavingCustomers(work)
        self._rules: ExportRules = work.platform.tools[ExportRules]

    async def go_on(self, before: Progress) -> Progress:
        """Write a page; raises ExportGone, ExportTooLarge, and FieldNotAvailable of the filter.

        When the submitter's rights have changed since the page before, it begins anew: no file
        shows more than they allow at its end.
        """
        export = await self._exports.writing(self._export_id)
        if export is None or export["expires_at"] <= now():
            raise ExportGone
        page = page_wanted(self._work.actor.policy, self._wanted["filter"])
        rights = rights_of(self._work.actor).hex()
        if before.rights != rights:
            before = await self._begun(page, rights)
        seal = FileSeal(self._work.platform.sealing, LABEL, self._export_id, export["sealed_key"])
        progress = await self._written(self._next(page, before), before, seal)
        if progress.is_whole:
            await self._finish(progress)
        return progress

    async def _begun(self, page: Page, rights: str) -> Progress:
        """Begin, or begin anew."""
        await self._exports.drop_pieces(self._export_id)
        total = await self._customers.count(page)
        self._require_few(total)
        return Progress(rights=rights, total=total)

    def _require_few(self, rows: int) -> None:
        if rows > self._rules.most_rows:
            raise ExportTooLarge

    def _next(self, page: Page, before: Progress) -> Page:
        policy = self._work.actor.policy
        names = frozenset(name for name in self._wanted["columns"] if is_shown(policy, name))
        after = None if before.after is None else (UUID(before.after),)
        return replace(page, limit=ROWS, names=names, after=after)

    async def _written(self, page: Page, before: Progress, seal: FileSeal) -> Progress:
        views, has_more = await self._customers.page(page)
        writer = self._writer(before)
        piece = await asyncio.to_thread(
            _piece, writer, views, is_first=not before.pieces, is_last=not has_more
        )
        size, rows = before.size + len(piece), before.rows + len(views)
        self._require_few(rows)
        if size > MOST_BYTES:
            raise ExportTooLarge
        await self._exports.add_piece(
            self._export_id, before.pieces, seal.seal(before.pieces, piece)
        )
        return replace(
            before,
            after=str(views[-1]["customer_id"]) if views else before.after,
            pieces=before.pieces + 1,
            rows=rows,
            total=max(before.total, rows),
            size=size,
            is_whole=not has_more,
            state=writer.state,
        )

    def _writer(self, before: Progress) -> FileWriter:
        wanted = self._wanted
        columns: Sequence[Field] = [Customer.fields[name] for name in wanted["columns"]]
        return writer_of(wanted["format"], columns, wanted["language"], dict(before.state))

    async def _finish(self, progress: Progress) -> None:
        at = now()
        await self._exports.ready(
            self._export_id,
            at=at,
            until=at + self._rules.lasting,
            rows=progress.rows,
            size=progress.size,
            pieces=progress.pieces,
            rights=bytes.fromhex(progress.rights),
        )
        whole = {**told(self._work, self._wanted, self._wanted["filter"]), "rows": progress.rows}
        self._work.line.detail["export"] = whole


def _piece(
    writer: FileWriter, views: Sequence[dict[str, Any]], *, is_first: bool, is_last: bool
) -> bytes:
    head = writer.head() if is_first else b""
    page = writer.page(views)
    return head + page + (writer.tail() if is_last else b"")
