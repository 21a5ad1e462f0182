"""Taking a batch of rows: new customers are opened, known ones brought up to date."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.core.breathing import breathing
from app.core.problems import FieldReadOnly, NotNow, Problem
from app.core.standards import standards
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.problems import ParentNotAvailable
from app.features.customers.service import Comparison, KnownService, Opening, OpeningService
from app.features.exchange.incoming import Incoming, Outcome

# Rows take some 50 microseconds each: the batch before is being written meanwhile.
HEAVY: Final = 25
# More would keep others waiting for the rows; fewer would be slow.
CHANGED_TOGETHER: Final = 50
# What a new customer needs and a row may lack: a kind is derived, a department the actor's own.
REQUIRED: Final = frozenset(
    entry.name
    for entry in Customer.fields.values()
    if entry.required and not entry.owned and entry not in {Customer.kind, Customer.department_id}
)


@dataclass(slots=True)
class Batch:
    """Rows that are taken together: all of them, those to be opened, and those known already."""

    rows: Sequence[Incoming]
    new: dict[UUID, tuple[Incoming, Opening]] = field(default_factory=dict)
    known: list[tuple[Incoming, UUID]] = field(default_factory=list)


class LoadingService:
    """Takes batches: one line for each, and one for each change of a known customer."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.openings = OpeningService(work)
        self.known = KnownService(work)

    async def prepare(self, rows: Sequence[Incoming]) -> Batch:
        """Find who is known already, and make the others ready to be written."""
        batch = Batch(rows)
        good = [row for row in rows if not row.refusals]
        await standards(self.work)
        owners = await self.owners(good)
        async for row, owner in breathing(zip(good, owners, strict=True), HEAVY):
            if owner is not None:
                batch.known.append((row, owner))
            elif not row.refusals and (opening := self._opening(row)):
                batch.new[opening.customer_id] = (row, opening)
        for customer_id in await self.openings.orphans(one for _, one in batch.new.values()):
            batch.new.pop(customer_id)[0].refuse(ParentNotAvailable.slug)
        return batch

    async def owners(self, rows: Sequence[Incoming]) -> Sequence[UUID | None]:
        """Return, in order, who is known already: by the claim that each row makes."""
        return await self.openings.owners([row.claim for row in rows])

    async def take(self, batch: Batch) -> None:
        """Write a batch; rows whose claim was taken meanwhile go on as known customers."""
        new, waiting = batch.new, batch.known
        while True:
            now, waiting = _each_once(waiting)
            comparisons = await self._compare(now)
            self._note(batch, new.values())
            out = await self.openings.store_free([opening for _, opening in new.values()])
            changed = [entry for entry in now if entry[0].outcome is Outcome.UPDATED]
            for start in range(0, len(changed), CHANGED_TOGETHER):
                await self._change(changed[start : start + CHANGED_TOGETHER], comparisons)
            waiting += await self._found([new[customer_id][0] for customer_id in out])
            if not waiting:
                return
            new = {}
            self.work.next_line()

    async def try_out(self, batch: Batch, seen: set[int]) -> None:
        """Say what would become of a batch, and write its line alone."""
        waiting = batch.known
        while waiting:
            now, waiting = _each_once(waiting)
            await self._compare(now)
        self._note(batch, batch.new.values())
        for row, _ in batch.new.values():
            claim = hash(tuple(row.claim.values()))
            row.outcome = Outcome.UPDATED if claim in seen else Outcome.CREATED
            seen.add(claim)
        await self.work.settle()

    def _opening(self, row: Incoming) -> Opening | None:
        if not row.values.keys() >= REQUIRED:
            row.refuse("missing")
            return None
        if not self.work.actor.policy.may_write(Customer.kind):
            row.refuse(FieldReadOnly.slug)  # as everywhere: who opens a customer says of which kind
            return None
        try:
            opening = self.openings.prepare({**row.values, "kind": row.kind})
        except Problem as problem:
            row.refuse(problem.slug)
            return None
        if "external_ids" not in row.values:
            opening.claims.append((opening.customer_id, row.claim))
        opening.seal(self.work.platform.sealing)
        return opening

    async def _compare(self, known: Sequence[tuple[Incoming, UUID]]) -> dict[UUID, Comparison]:
        comparisons = await self.known.compare({owner: row.values for row, owner in known})
        for row, owner in known:
            problem, changes = comparisons[owner].problem, comparisons[owner].changes
            row.outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
            if problem is not None:
                row.refuse(problem.slug)
        return comparisons

    async def _change(
        self, changed: Sequence[tuple[Incoming, UUID]], comparisons: Mapping[UUID, Comparison]
    ) -> None:
        """Change some customers in one transaction, so that they wait for the disk once."""
        async with self.work.pinned():
            for row, owner in changed:
                try:
                    await self.known.bring_up_to_date(owner, comparisons[owner])
                except NotNow:
                    raise
                except Problem as problem:
                    row.refuse(problem.slug)

    async def _found(self, rows: Sequence[Incoming]) -> list[tuple[Incoming, UUID]]:
        """Return the rows with the customers that took their claims."""
        owners = await self.openings.owners([row.claim for row in rows])
        return [(row, owner) for row, owner in zip(rows, owners, strict=True) if owner is not None]

    def _note(self, batch: Batch, new: Iterable[tuple[Incoming, Opening]]) -> None:
        """Note on the line which rows these are, and what becomes of them."""
        for row, _ in new:
            row.outcome = Outcome.CREATED
        span = [batch.rows[0].row.number, batch.rows[-1].row.number]
        self.work.line.detail |= {"rows": span, **Counter(row.outcome.value for row in batch.rows)}


def _each_once(
    known: Sequence[tuple[Incoming, UUID]],
) -> tuple[list[tuple[Incoming, UUID]], list[tuple[Incoming, UUID]]]:
    """Take of each customer the first row; the others wait until it is written."""
    now: dict[UUID, Incoming] = {}
    later = []
    for row, owner in known:
        if owner in now:
            later.append((row, owner))
        else:
            now[owner] = row
    return [(row, owner) for owner, row in now.items()], later
