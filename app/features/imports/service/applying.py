"""Applying: what was approved is written, a batch a transaction, with what it takes to undo it."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.job_runs import Run
from app.core.pool import begun
from app.core.problems import NotFound, NotNow, Problem
from app.core.records import Record
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.service import Comparison
from app.features.customers.service.merging import wire
from app.features.exchange.incoming import Incoming
from app.features.imports.models import RowOutcome
from app.features.imports.repository import Change, ChangeRepository, ImportRepository
from app.features.imports.rules import ImportRules
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.sorting import Sorted, SortingService
from app.features.imports.service.trying import note, read_rows

STEP: Final = ("Writing customers.", "正在写入客户。")
NEW: Final = (RowOutcome.CREATE, RowOutcome.POSSIBLE_DOUBLE)
CREATED, UPDATED, SKIPPED, REFUSED = "created", "updated", "skipped", "refused"
DONE: Final = (CREATED, UPDATED, SKIPPED, REFUSED, "unchanged")
Told = dict[int, str]


async def apply(run: Run) -> None:
    """Write batch after batch; killed, it goes on after the last whole one, and none is twice."""
    import_id = UUID(run.parameters["import_id"])
    number, batches = run.checkpoint.get("batch", 0), None
    while batches is None or number < batches:
        async with run.step(*STEP) as work:
            row = await _running(work, import_id, run)
            batches, run.total = row["batches"], row["rows"]
            if number < batches:
                run.done += await ApplyingService(work, row).apply(number)
            number += 1
            run.checkpoint = {"batch": number}
    async with run.step(*STEP) as work:
        row = await _running(work, import_id, run)
        run.result = await finish(work, row)


class ApplyingService:
    """Writes the batches of one import."""

    def __init__(self, work: UnitOfWork, row: dict[str, Any]) -> None:
        self.work = work
        self._row = row
        self._file = ImportFile(work, row)
        self._changes = ChangeRepository(work, row["import_id"])
        self._approved = {*row["approved"]}
        self._sorting = SortingService(work, row, self._file.about(row["about"]))
        self._told: Told = {}
        self._made: list[Change] = []

    async def apply(self, number: int) -> int:
        """Write a batch as far as it was approved and is still what was tried."""
        plan = await self._file.plan(number)
        wanted = {one["row"]: one for one in plan if one["outcome"] in self._approved}
        rows = [row for row in await self._file.rows(number) if row.number in wanted]
        incoming = await read_rows(self._sorting, rows)
        found = await self._sorting.sort(incoming)
        note(self.work, self._row["import_id"], "applied", incoming, found)
        await self._create(found, wanted)
        await self._update(found, wanted)
        await self._changes.add(self._made)
        await self._keep(number, plan)
        return len(plan)

    async def _create(self, found: Sorted, wanted: dict[int, dict[str, Any]]) -> None:
        """Open new customers, all in one statement for each table."""
        outcomes = _by_row(found)
        new = {
            opening.customer_id: (row, opening)
            for row, opening in found.batch.new.values()
            if outcomes[row.row.number] in NEW
        }
        if not new:
            return
        out = await self._sorting.openings.store_free([opening for _, opening in new.values()])
        at = now()
        for customer_id, (row, opening) in new.items():
            if customer_id in out:
                continue
            self._told[row.row.number] = CREATED
            wanted[row.row.number]["customer_id"] = str(customer_id)
            claim = self._sorting.openings.claim_of(opening)
            self._made.append(
                Change(
                    customer_id=customer_id,
                    resource=Customer.resource,
                    row=row.row.number,
                    act=CREATED,
                    made_at=at,
                    key=opening.drafts[0].key,
                    claim=claim,
                )
            )

    async def _update(self, found: Sorted, wanted: dict[int, dict[str, Any]]) -> None:
        """Change known customers, those whose difference is the one that was tried."""
        for row, owner in found.batch.known:
            number = row.row.number
            digest = found.digests.get(number)
            if digest is None or digest != wanted[number]["digest"]:
                continue
            comparison = found.comparisons[owner]
            if await self._changed(owner, row, comparison):
                self._told[number] = UPDATED
                self._made += [
                    _change(owner, number, comparison, record) for record in comparison.changes
                ]

    async def _changed(self, owner: UUID, row: Incoming, comparison: Comparison) -> bool:
        """Change a customer with its profile, or neither."""
        try:
            async with self.work.pinned() as connection, begun(connection):
                await self._sorting.known.bring_up_to_date(owner, comparison)
        except NotNow:
            raise
        except Problem as problem:
            row.refuse(problem.slug)
            self._told[row.row.number] = REFUSED
            return False
        return True

    async def _keep(self, number: int, plan: list[dict[str, Any]]) -> None:
        """Keep what became of each row, and count it."""
        for one in plan:
            usual = SKIPPED
            if one["outcome"] in {RowOutcome.REFUSED, RowOutcome.UNCHANGED}:
                usual = str(one["outcome"])
            one["applied"] = self._told.get(one["row"], usual)
        await self._file.put_plan(number, plan)
        counts = Counter(dict.fromkeys(DONE, 0)) | Counter(self._row["applied"] or {})
        counts.update(one["applied"] for one in plan)
        told = {name: counts[name] for name in DONE}
        await ImportRepository(self.work).set(self._row["import_id"], applied=told)


async def finish(work: UnitOfWork, row: dict[str, Any]) -> dict[str, Any]:
    """Close an import; it can be taken back from now on, for as long as the settings say."""
    rules: ImportRules = work.platform.tools[ImportRules]
    at, told = now(), row["applied"] or {}
    is_whole = not (told.get(SKIPPED) or told.get(REFUSED))
    state = "completed" if is_whole else "partly_completed"
    until = at + rules.undo
    await ImportRepository(work).set(
        row["import_id"], state=state, applied_at=at, undo_until=until, expires_at=until
    )
    work.line.detail["import"] = {"import_id": str(row["import_id"]), "act": state, **told}
    return {"import_id": str(row["import_id"]), **told}


def _by_row(found: Sorted) -> dict[int, str]:
    pairs = zip(found.batch.rows, found.outcomes, strict=True)
    return {row.row.number: str(outcome) for row, outcome in pairs}


def _change(owner: UUID, row: int, comparison: Comparison, record: type[Record]) -> Change:
    """Note what a record held before, and holds after."""
    opened = comparison.before[record]
    fields = {
        name: [wire(opened.stored.get(name)), wire(value)]
        for name, value in comparison.changes[record].items()
    }
    return Change(
        customer_id=owner,
        resource=record.resource,
        row=row,
        act="changed",
        made_at=now(),
        key=opened.key,
        fields=fields,
    )


async def _running(work: UnitOfWork, import_id: UUID, run: Run) -> dict[str, Any]:
    """Hold an import that this very job applies; raises NotFound."""
    row = await ImportRepository(work).hold(import_id)
    is_mine = row is not None and row["state"] == "running" and row["job_id"] == run.job_id
    if row is None or not is_mine:
        raise NotFound
    return row
