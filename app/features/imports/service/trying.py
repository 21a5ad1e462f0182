"""Trying: a dry run sorts every row, and what it finds is what can be approved."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from app.core.breathing import breathing
from app.core.job_queue import enqueue
from app.core.job_runs import Run
from app.core.problems import NotFound
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.exchange.incoming import Incoming
from app.features.exchange.service import HEAVY
from app.features.exchange.sheets import SheetRow
from app.features.imports.models import RowOutcome
from app.features.imports.repository import ImportRepository
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.showing import ImportList
from app.features.imports.service.sorting import Sorted, SortingService

TRY: Final = "imports.tried"
STEP: Final = ("Trying rows.", "正在试运行。")


class TryingService:
    """Queues dry runs."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)

    async def start(self, import_id: UUID) -> Shown:
        """Queue a dry run; raises NotFound, ImportNotReady before there is a mapping."""
        async with self.work.pinned(), self.work.changing():
            row = await self.list.own(import_id, "mapped", "validated")
            job_id = await enqueue(self.work, TRY, {"import_id": str(import_id)})
            await ImportRepository(self.work).set(
                import_id, state="mapped", job_id=job_id, plan_id=None, counts=None
            )
            self.list.note(row, "tried", job_id=str(job_id))
            found = await self.list.found(import_id)
        return self.list.shown(found, location=f"/v1/jobs/{job_id}")


async def try_out(run: Run) -> None:
    """Sort all rows, a batch a step; broken off, it begins anew."""
    import_id = UUID(run.parameters["import_id"])
    counts: Counter[str] = Counter()
    seen: set[int] = set()
    async with run.step(*STEP) as work:
        row = await _tried(work, import_id, run)
        run.done, run.total = 0, row["rows"]
    for number in range(row["batches"]):
        async with run.step(*STEP) as work:
            row = await _tried(work, import_id, run)
            file = ImportFile(work, row)
            sorting = SortingService(work, row, file.about(row["about"]))
            incoming = await read_rows(sorting, await file.rows(number))
            found = await sorting.sort(incoming, seen)
            await file.put_plan(number, planned(found))
            counts.update(str(outcome) for outcome in found.outcomes)
            run.done += len(incoming)
            note(work, import_id, "tried", incoming, found)
    async with run.step(*STEP) as work:
        await _tried(work, import_id, run)
        told = {str(outcome): counts[outcome] for outcome in RowOutcome}
        await ImportRepository(work).set(
            import_id, state="validated", plan_id=run.job_id, counts=told
        )
        run.result = {"import_id": str(import_id), **told}
        work.line.detail["import"] = {"import_id": str(import_id), "act": "validated", **told}


async def read_rows(sorting: SortingService, rows: list[SheetRow]) -> list[Incoming]:
    """Check every cell of a batch."""
    return [sorting.reader.read(row) async for row in breathing(rows, HEAVY)]


def planned(found: Sorted) -> list[dict[str, Any]]:
    """Return what is kept of a batch that was sorted: no value, but the name of a difference."""
    rows = zip(found.batch.rows, found.outcomes, strict=True)
    return [
        {
            "row": row.row.number,
            "outcome": str(outcome),
            "reasons": [[refusal.code, refusal.header] for refusal in row.refusals],
            "digest": found.digests.get(row.row.number),
            "customer_id": _customer(found, row),
        }
        for row, outcome in rows
    ]


def note(work: UnitOfWork, import_id: UUID, act: str, rows: list[Incoming], found: Sorted) -> None:
    """Tell on the line which rows these were, and how many of each kind."""
    span = [rows[0].row.number, rows[-1].row.number] if rows else []
    told = {"import_id": str(import_id), "act": act, "rows": span}
    work.line.detail["import"] = {**told, **Counter(map(str, found.outcomes))}


def _customer(found: Sorted, row: Incoming) -> str | None:
    owner = found.owners.get(row.row.number)
    return None if owner is None or row.refusals else str(owner)


async def _tried(work: UnitOfWork, import_id: UUID, run: Run) -> dict[str, Any]:
    """Hold an import that is being tried by this very job; raises NotFound."""
    row = await ImportRepository(work).hold(import_id)
    is_mine = row is not None and row["state"] == "mapped" and row["job_id"] == run.job_id
    if row is None or not is_mine or row["sealed_key"] is None:
        raise NotFound
    return row
