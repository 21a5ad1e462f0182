"""Taking a file: by a link that serves once, for who still sees what stands in it."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.file_seals import FileSeal
from app.core.problems import NotFound
from app.core.views import Sent, Shown
from app.core.work import UnitOfWork
from app.features.exports.formats import writer_of
from app.features.exports.problems import (
    ExportGone,
    ExportLinkRefused,
    ExportNotReady,
    ExportOutdated,
)
from app.features.exports.repository import ExportRepository
from app.features.exports.rules import ExportRules
from app.features.exports.seals import LABEL, new_token, token_digest
from app.features.exports.service.asking import state_of
from app.features.exports.service.wanted import rights_of

GONE: Final = {"taken", "expired", "cancelled"}


class TakingService:
    """Gives links to files, and the files for the links."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._exports = ExportRepository(work)
        self._rules: ExportRules = work.platform.tools[ExportRules]

    async def link(self, export_id: UUID) -> Shown:
        """Draw a token in place of any before; raises ExportNotReady, ExportGone and others."""
        export = await self._ready(export_id)
        token, at = new_token(), now()
        until = min(at + self._rules.link, export["expires_at"])
        async with self._work.pinned(), self._work.changing():
            self._note(export, "linked")
            if not await self._exports.link(export_id, token_digest(token), until, at):
                raise ExportGone
        return Shown({"export_id": export_id, "token": token, "expires_at": until}, tagged=False)

    async def take(self, export_id: UUID, token: str) -> Sent:
        """Hand the file out, once; its customers count as shown today.

        Raises ExportLinkRefused, ExportGone, ExportOutdated, ReadQuotaSpent and others. What a
        refusal leaves is the file, and the link.
        """
        export = await self._ready(export_id)
        async with self._work.pinned(), self._work.changing():
            self._note(export, "taken")
            wrapped = await self._exports.take(export_id, token_digest(token), now())
            if wrapped is None:
                raise ExportLinkRefused
            self._work.tally.take_out(self._work.actor, export["rows"])
        seal = FileSeal(self._work.platform.sealing, LABEL, export_id, wrapped)
        writer = writer_of(export["format"], (), export["language"])
        return Sent(
            pieces=self._pieces(export, seal),
            size=export["size"],
            media_type=writer.media_type,
            name=f"customers-{export_id}.{writer.suffix}",
        )

    async def _ready(self, export_id: UUID) -> dict[str, Any]:
        """Return an export of one's own whose file is there and shows no more than one may see."""
        export = await self._exports.find(export_id)
        if export is None:
            raise NotFound
        state = state_of(export, now())
        if state in GONE:
            raise ExportGone
        if state != "ready":
            raise ExportNotReady
        if export["rights"] != rights_of(self._work.actor):
            raise ExportOutdated
        return export

    async def _pieces(self, export: Mapping[str, Any], seal: FileSeal) -> AsyncGenerator[bytes]:
        """Open piece by piece; whatever becomes of the answer, the file is gone then."""
        export_id = export["export_id"]
        try:
            for number in range(export["pieces"]):
                yield seal.open(number, await self._exports.piece(export_id, number))
        finally:
            await self._exports.drop_pieces(export_id)

    def _note(self, export: Mapping[str, Any], act: str) -> None:
        self._work.line.purpose = self._work.line.purpose or export["purpose"]
        self._work.line.changed["taken_at" if act == "taken" else "link"] = None
        self._work.line.detail["export"] = {
            "export_id": str(export["export_id"]),
            "job_id": str(export["job_id"]),
            "act": act,
            "format": export["format"],
            "columns": [*export["columns"]],
            "rows": export["rows"],
        }
