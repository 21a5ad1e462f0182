"""Undoing: new customers go, changed ones get their old values, and what was edited since stays."""

from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.job_queue import enqueue
from app.core.job_runs import Run
from app.core.permissions import Permission
from app.core.pool import begun
from app.core.problems import NotFound, NotNow, NotPermitted, Problem
from app.core.records import RESOURCES
from app.core.repository import require_writable
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.service import (
    ARCHIVED,
    Comparison,
    CustomerService,
    KnownService,
    MatchingService,
)
from app.features.customers.service.merging import as_stored, wire
from app.features.imports.models import UndoOutcome
from app.features.imports.problems import UndoTooLate
from app.features.imports.repository import Change, ChangeRepository, ImportRepository
from app.features.imports.service.showing import ImportList, may_judge_of, require_state

UNDO: Final = "imports.undone"
STEP: Final = ("Taking the import back.", "正在撤销导入。")
AT_ONCE: Final = 50  # more would keep others waiting for the customers


class UndoService:
    """Queues the undoing of imports."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)

    async def start(self, import_id: UUID) -> Shown:
        """Queue it, in the name of whoever asks; raises NotFound, ImportNotReady, UndoTooLate."""
        async with self.work.pinned(), self.work.changing():
            row = await self.list.found(import_id, is_held=True)
            self._require_own_or_judged(row)
            _require_done(row)
            job_id = await enqueue(self.work, UNDO, {"import_id": str(import_id)})
            await ImportRepository(self.work).set(import_id, state="undoing", job_id=job_id)
            self.list.note(row, "undoing", job_id=str(job_id))
            found = await self.list.found(import_id)
        return self.list.shown(found, location=f"/v1/jobs/{job_id}")

    def _require_own_or_judged(self, row: dict[str, Any]) -> None:
        is_own = row["submitter_id"] == self.work.actor.actor_id
        if not is_own and not may_judge_of(self.work.actor, row):
            raise NotPermitted


async def undo(run: Run) -> None:
    """Take changes back, some a step; killed, it goes on with what is left."""
    import_id = UUID(run.parameters["import_id"])
    left = 1
    while left:
        async with run.step(*STEP) as work:
            row = await ImportRepository(work).hold(import_id)
            if row is None or row["state"] != "undoing" or row["job_id"] != run.job_id:
                raise NotFound
            undoing = UndoingService(work, row)
            run.done += await undoing.some()
            left = await undoing.count()
            run.total = run.done + left
            if not left:
                run.result = await undoing.finish()


class UndoingService:
    """Takes back the changes of one import, within a step of its job."""

    def __init__(self, work: UnitOfWork, row: dict[str, Any]) -> None:
        self.work = work
        self._row = row
        self._changes = ChangeRepository(work, row["import_id"])
        self._known = KnownService(work)
        self._matching = MatchingService(work)
        self._counts = dict.fromkeys(map(str, UndoOutcome), 0) | (row["undone"] or {})

    async def count(self) -> int:
        """Return how many changes are left."""
        return await self._changes.count()

    async def some(self) -> int:
        """Take some changes back; returns how many were dealt with."""
        changes = await self._changes.open(AT_ONCE)
        await self._matching.lock([*{change.customer_id for change in changes}])
        gone = []
        for change in changes:
            outcome, conflicts = await self._settled(change)
            await self._changes.settle(change, str(outcome), conflicts)
            self._counts[str(outcome)] += 1
            if outcome is UndoOutcome.UNDONE and change.claim is not None:
                gone.append(change)
        await self._changes.free_claims(gone)
        await ImportRepository(self.work).set(self._row["import_id"], undone=self._counts)
        self.work.next_line()
        self.work.line.note_subjects([str(change.customer_id) for change in changes])
        self._note("undone")
        return len(changes)

    async def finish(self) -> dict[str, Any]:
        """Close it."""
        await ImportRepository(self.work).set(
            self._row["import_id"], state="undone", undone_at=now()
        )
        return {"import_id": str(self._row["import_id"]), **self._counts}

    def _note(self, act: str) -> None:
        told = {"import_id": str(self._row["import_id"]), "act": act, **self._counts}
        self.work.line.detail["import"] = told

    async def _settled(self, change: Change) -> tuple[UndoOutcome, list[str]]:
        """Take one change back as far as the actor may and nobody was there since."""
        try:
            async with self.work.pinned() as connection, begun(connection):
                if change.fields is None:
                    return await self._archive(change), []
                return await self._put_back(change)
        except NotNow:
            raise
        except Problem:
            return UndoOutcome.KEPT, []

    async def _archive(self, change: Change) -> UndoOutcome:
        """Put a new customer away, unless anything of it was edited or added since."""
        if await self._matching.touched(change.customer_id, change.made_at):
            return UndoOutcome.KEPT
        self.work.next_line()
        self._note("archived")
        service = CustomerService(self.work)
        await service.record(change.customer_id, Permission.IMPORTS_WRITE, status=ARCHIVED)
        return UndoOutcome.UNDONE

    async def _put_back(self, change: Change) -> tuple[UndoOutcome, list[str]]:
        """Give a customer its old values, field by field, where the new ones stand still."""
        record, fields = RESOURCES[change.resource], change.fields or {}
        policy = self.work.actor.policy
        require_writable(record, policy, fields)
        opened = (await self._known.known.opened(record, [change.customer_id], frozenset(fields)))[
            change.customer_id
        ]
        back, conflicts = {}, []
        for name, (before, after) in fields.items():
            if wire(opened.stored.get(name)) != after:
                conflicts.append(f"{record.resource}.{name}")
            else:
                entry = record.fields[name]
                back[name] = as_stored(entry, before)
        if back:
            await self._known.bring_up_to_date(
                change.customer_id, Comparison(changes={record: back})
            )
        if not conflicts:
            return UndoOutcome.UNDONE, []
        return (UndoOutcome.CONFLICT if back else UndoOutcome.KEPT), conflicts


def _require_done(row: dict[str, Any]) -> None:
    """Refuse what was not applied, or too long ago."""
    require_state(row, "completed", "partly_completed", "failed")
    if row["approved"] is None or row["undone_at"] is not None:
        require_state(row, "completed")
    if row["undo_until"] is not None and row["undo_until"] <= now():
        raise UndoTooLate
