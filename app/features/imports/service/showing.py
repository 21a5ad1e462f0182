"""Showing imports: to whoever uploaded them, and to those who may decide on them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.access import Actor
from app.core.cursors import read_cursor, write_cursor
from app.core.grants import Reach
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.imports.problems import ImportNotReady
from app.features.imports.repository import ImportRepository
from app.features.imports.schemas import ImportView
from app.features.imports.service.columns import is_shown, is_written
from app.features.imports.service.pieces import ImportFile

PLACE: Final = "imports"
SHOWN: Final = dict.fromkeys(ImportView.model_fields, "read")
STOPPED: Final = {"failed", "held", "cancelled"}
AT_WORK: Final = {"uploaded", "running", "undoing"}


class ImportList:
    """Finds and shows imports."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.imports = ImportRepository(work)

    async def get(self, import_id: UUID) -> Shown:
        """Show an import; raises NotFound for one that is none of the actor's business."""
        return self.shown(await self.found(import_id))

    def shown(self, row: Mapping[str, Any], location: str | None = None) -> Shown:
        """Show an import with its table."""
        self.work.note([], PLACE, SHOWN)
        view = _view(row) | {"table": self._table(row)}
        return Shown(view, tagged=False, location=location)

    async def page(self, asked: Asked) -> Listed:
        """List imports, newest first, without their tables."""
        asked.only("limit", "cursor")
        limit, sealing = read_limit(asked.one("limit")), self.work.platform.sealing
        cursor = asked.one("cursor")
        after = None if cursor is None else UUID(*read_cursor(sealing, PLACE, cursor))
        found = await self.imports.page(after, judged(self.work.actor), limit + 1)
        rows = found[:limit]
        self.work.note([], PLACE, SHOWN)
        items = [_view(row) for row in rows]
        if len(found) <= limit:
            return Listed(items)
        return Listed(items, write_cursor(sealing, PLACE, [str(rows[-1]["import_id"])]))

    async def found(self, import_id: UUID, *, is_held: bool = False) -> dict[str, Any]:
        """Return an import that the actor may see; raises NotFound."""
        find = self.imports.hold if is_held else self.imports.find
        row = await find(import_id)
        is_there = row is not None and row["state"] != "uploading"
        if row is None or not (is_there and may_see(self.work.actor, row)):
            raise NotFound
        return row

    async def own(self, import_id: UUID, *states: str) -> dict[str, Any]:
        """Hold an import of the actor's own; raises NotFound, ImportNotReady in other states."""
        row = await self.found(import_id, is_held=True)
        if row["submitter_id"] != self.work.actor.actor_id:
            raise NotFound
        require_state(row, *states)
        return row

    def about(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Open what is known of the table, once it was read and while it is kept."""
        if row["about"] is None or row["sealed_key"] is None:
            return None
        return ImportFile(self.work, row).about(row["about"])

    def note(self, row: Mapping[str, Any], act: str, **more: Any) -> None:
        """Tell on the line what is done to which import."""
        self.work.line.changed["state"] = None
        told = {"import_id": str(row["import_id"]), "act": act, **more}
        self.work.line.detail["import"] = told

    def _table(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        about = self.about(row)
        if about is None:
            return None
        policy = self.work.actor.policy
        is_own = row["submitter_id"] == self.work.actor.actor_id
        columns = zip(about["headers"], about["mapping"], about["columns"], strict=True)
        return {
            "encoding": about["encoding"],
            "delimiter": about["delimiter"],
            "header_row": about["header_row"],
            "is_proposed": about["is_proposed"],
            "saved_as": about["saved_as"] if is_own else None,
            "columns": [
                {
                    "header": header if is_own or is_shown(paths, policy) else None,
                    "fields": [path for path in paths if is_shown([path], policy) or is_own],
                    "filled": told["filled"],
                    "fill_rate": round(told["filled"] / max(row["rows"] or 0, 1), 4),
                    "samples": told["samples"] if is_own and is_written(paths, policy) else [],
                }
                for header, paths, told in columns
            ],
        }


def judged(actor: Actor) -> Sequence[UUID] | None:
    """Return the departments whose imports the actor may decide on; None is all of them."""
    wheres = actor.policy.allowed(Permission.IMPORTS_APPROVE)
    if not actor.may(Permission.IMPORTS_APPROVE):
        return []
    if any(where.is_everywhere for where in wheres):
        return None
    if any(where.reach is Reach.BELOW and not where.when for where in wheres):
        return [*actor.below]
    is_own = any(where.reach is Reach.DEPARTMENT and not where.when for where in wheres)
    return [actor.department_id] if is_own and actor.department_id else []


def may_judge_of(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether an import is one that the actor may decide on, by where it comes from."""
    departments = judged(actor)
    return departments is None or row["department_id"] in departments


def may_see(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether an import is the actor's own, or one to decide on."""
    return row["submitter_id"] == actor.actor_id or may_judge_of(actor, row)


def state_of(row: Mapping[str, Any]) -> str:
    """Return where an import stands: it failed when the job that it waits for did."""
    is_stopped = row["job_state"] in STOPPED and row["state"] in AT_WORK
    return "failed" if is_stopped else str(row["state"])


def is_busy(row: Mapping[str, Any]) -> bool:
    """Whether a job is under way."""
    return row["job_state"] in {"queued", "running"}


def require_state(row: Mapping[str, Any], *states: str) -> None:
    """Refuse an act in another state, or while a job is under way; raises ImportNotReady."""
    state = state_of(row)
    if state not in states or is_busy(row) or row["emptied_at"] is not None:
        raise ImportNotReady(state=state, job_id=str(row["job_id"]))


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    made = {"state": state_of(row), "table": None}
    return {name: made[name] if name in made else row[name] for name in ImportView.model_fields}
