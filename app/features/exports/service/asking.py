"""Asking for exports: who may, of what, how often; and what became of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.cursors import read_cursor, write_cursor
from app.core.file_seals import new_key
from app.core.job_queue import enqueue
from app.core.paging import Asked, read_limit
from app.core.problems import NotFound
from app.core.purposes import checked_purpose
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.exports.problems import ExportsTooMany
from app.features.exports.repository import ExportRepository
from app.features.exports.rules import ExportRules
from app.features.exports.schemas import ExportView, NewExport
from app.features.exports.seals import LABEL, filter_digest
from app.features.exports.service.wanted import columns_wanted, page_wanted

KIND: Final = "exports.written"
PLACE: Final = "exports"
DAY: Final = timedelta(days=1)
SHOWN: Final = dict.fromkeys(ExportView.model_fields, "read")
EMPTY: Final = dict.fromkeys(("rows", "size", "ready_at", "taken_at", "emptied_at"))


class ExportService:
    """One's own exports."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._exports = ExportRepository(work)
        self._rules: ExportRules = work.platform.tools[ExportRules]

    async def create(self, new: NewExport) -> Shown:
        """Queue an export; raises FieldNotAvailable, Malformed, ExportsTooMany and others."""
        work, policy = self._work, self._work.actor.policy
        work.line.purpose = checked_purpose(new.purpose, "/purpose")
        columns = columns_wanted(policy, new.format, new.columns)
        page_wanted(policy, new.filter)
        export = self._export(new, columns)
        async with work.pinned(), work.changing():
            if await self._exports.count(now() - DAY) >= self._rules.most_a_day:
                raise ExportsTooMany
            export["job_id"] = await enqueue(work, KIND, _parameters(export, new.filter))
            await self._exports.add(export)
            work.line.changed.update(dict.fromkeys(new.values()))
            work.line.detail["export"] = told(work, export, new.filter)
        shown = _view({**EMPTY, **export, "job_state": "queued"})
        return Shown(shown, location=f"/v1/jobs/{export['job_id']}", tagged=False)

    async def page(self, asked: Asked) -> Listed:
        """List one's own exports, newest first."""
        asked.only("limit", "cursor")
        limit = read_limit(asked.one("limit"))
        found = await self._exports.page(self._after(asked), limit + 1)
        rows = found[:limit]
        self._work.note([], PLACE, SHOWN)
        items = [_view(row) for row in rows]
        if len(found) <= limit:
            return Listed(items)
        last = [str(rows[-1]["export_id"])]
        return Listed(items, write_cursor(self._work.platform.sealing, PLACE, last))

    async def get(self, export_id: UUID) -> Shown:
        """Show an export; raises NotFound for another's, too."""
        row = await self._exports.find(export_id)
        if row is None:
            raise NotFound
        self._work.note([], PLACE, SHOWN)
        return Shown(_view(row))

    def _export(self, new: NewExport, columns: list[str]) -> dict[str, Any]:
        export_id, at = new_id(), now()
        return {
            "export_id": export_id,
            "submitter_id": self._work.actor.actor_id,
            "format": new.format.value,
            "language": new.language.value,
            "columns": columns,
            "purpose": self._work.line.purpose,
            "sealed_key": new_key(self._work.platform.sealing, LABEL, export_id),
            "created_at": at,
            "expires_at": at + self._rules.lasting,
        }

    def _after(self, asked: Asked) -> UUID | None:
        cursor = asked.one("cursor")
        if cursor is None:
            return None
        return UUID(*read_cursor(self._work.platform.sealing, PLACE, cursor))


def told(work: UnitOfWork, export: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """Tell the audit what is exported: the filter by its names and a keyed digest, no value."""
    return {
        "export_id": str(export["export_id"]),
        "format": export["format"],
        "columns": [*export["columns"]],
        "filter": sorted(asked),
        "filter_digest": filter_digest(work.platform.sealing, dict(asked)) if asked else None,
    }


def state_of(row: Mapping[str, Any], at: datetime) -> str:
    """Return where an export stands: as its job until it is whole, then as its file."""
    if row["taken_at"] is not None:
        return "taken"
    if row["job_state"] == "cancelled":
        return "cancelled"
    if row["expires_at"] <= at or row["emptied_at"] is not None:
        return "expired"
    if row["ready_at"] is not None:
        return "ready"
    # The last step has told of the file, or soon will: the job's own row is written after it.
    return str(row["job_state"] or "expired")


def _parameters(export: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    names = ("export_id", "format", "language", "columns")
    return {**{name: export[name] for name in names}, "filter": dict(asked)}


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    made = {"state": state_of(row, now())}
    return {name: made[name] if name in made else row[name] for name in ExportView.model_fields}
