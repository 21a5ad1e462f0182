"""Mapping: a person says which columns bring which fields, and the import can be tried."""

import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from app.core.paging import Asked
from app.core.problems import Fault, Malformed, NotFound
from app.core.sealing import Sealing
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.features.exchange.headings import plain_name
from app.features.imports.problems import ImportNotReady
from app.features.imports.repository import ImportRepository, MappingRepository
from app.features.imports.schemas import ImportMappingView, Mapping
from app.features.imports.service.columns import require_columns, require_key, usual_key
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.showing import ImportList

BEFORE_APPROVAL = ("uploaded", "mapped", "validated", "awaiting_approval")
UNTRIED = dict.fromkeys(("plan_id", "counts", "submitted_at", "approved"))
MOST = 200
NAMES = ("columns", "mode", "match", "system")


class MappingService:
    """Sets and keeps mappings."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)
        self.imports = ImportRepository(work)
        self.saved = MappingRepository(work)

    async def map(self, import_id: UUID, asked: Mapping) -> Shown:
        """Set the mapping; what was tried before counts no more.

        Raises NotFound, ImportNotReady, FieldNotAvailable, FieldReadOnly, Malformed.
        """
        async with self.work.pinned(), self.work.changing():
            row = await self.list.own(import_id, *BEFORE_APPROVAL)
            about = self.list.about(row)
            if about is None:
                raise ImportNotReady(state=row["state"], job_id=str(row["job_id"]))
            mapping = self._mapping(about, asked)
            about |= {"mapping": mapping["columns"], "is_proposed": False}
            await self._keep(row, about, mapping)
            if asked.save_as is not None:
                digest = headings_digest(self.work.platform.sealing, about["headers"])
                await self.saved.save(asked.save_as, digest, mapping)
            told = {name: mapping[name] for name in ("mode", "match")}
            fields = sorted({path for paths in mapping["columns"] for path in paths})
            self.list.note(row, "mapped", fields=fields, **told)
            found = await self.list.found(import_id)
        return self.list.shown(found)

    async def page(self, asked: Asked) -> Listed:
        """List one's saved mappings, by name."""
        asked.only()
        self.work.note([], "import-mappings", dict.fromkeys(ImportMappingView.model_fields, "read"))
        names = ImportMappingView.model_fields
        return Listed([{n: one[n] for n in names} for one in await self.saved.all(MOST)])

    async def remove(self, mapping_id: UUID) -> Nothing:
        """Let go of a saved mapping; raises NotFound."""
        async with self.work.pinned(), self.work.changing():
            if not await self.saved.remove(mapping_id):
                raise NotFound
            self.work.line.detail["import_mapping_id"] = str(mapping_id)
        return Nothing()

    def _mapping(self, about: dict[str, Any], asked: Mapping) -> dict[str, Any]:
        columns = about["mapping"] if asked.columns is None else asked.columns
        if len(columns) > len(about["headers"]):
            raise Malformed(faults=[Fault("/columns", "list-too-long")])
        columns = [*columns, *([] for _ in about["headers"][len(columns) :])]
        require_columns(columns, self.work.actor.policy)
        match = asked.match or usual_key(columns)
        require_key(columns, match)
        return {
            "columns": columns,
            "mode": str(asked.mode),
            "match": str(match),
            "system": asked.system,
        }

    async def _keep(
        self, row: dict[str, Any], about: dict[str, Any], mapping: dict[str, Any]
    ) -> None:
        editors = {*row["editors"], self.work.actor.actor_id}
        await ImportFile(self.work, row).drop_plan()
        await self.imports.set(
            row["import_id"],
            state="mapped",
            about=ImportFile(self.work, row).sealed(about),
            editors=sorted(editors),
            mode=mapping["mode"],
            match=mapping["match"],
            system=mapping["system"],
            **UNTRIED,
        )


def headings_digest(sealing: Sealing, headers: Sequence[str]) -> bytes:
    """Name a set of headers, which may hold anything, under a key."""
    text = orjson.dumps([plain_name(header) for header in headers])
    return hmac.digest(sealing.key_for("import headings"), text, "sha256")[:16]
