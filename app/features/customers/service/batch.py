"""Batches: up to a thousand records opened or changed, each with its own answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.core.problems import Fault, IfMatchMissing, Malformed, Problem
from app.core.schemas import admit
from app.core.standards import standards
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.customers.problems import BatchRefused, ExternalIdTaken, ParentNotAvailable
from app.features.customers.repository.opening import ClaimsTaken
from app.features.customers.schemas import Batch, BatchItem, CustomerChange, NewCustomer
from app.features.customers.service.customers import CustomerService
from app.features.customers.service.opening import Opening, OpeningService


@dataclass(slots=True)
class Outcome:
    """What became of one item: a record shown, or a problem."""

    act: str
    status: int = 0
    shown: Shown | None = None
    problem: Problem | None = None

    def refuse(self, problem: Problem) -> None:
        """Note why the item will not do; pointers begin at the item."""
        problem.faults = tuple(
            replace(fault, pointer=f"/{self.act}{fault.pointer}" if fault.pointer else "")
            for fault in problem.faults
        )
        self.problem = problem

    def members(self) -> dict[str, Any]:
        """Return the item of the answer."""
        if self.problem is not None:
            status, problem = self.problem.status, self.problem
            return {"status": status, "customer": None, "etag": None, "problem": problem}
        shown = self.shown or Shown({})
        return {
            "status": self.status,
            "customer": {**shown.values, **shown.extra},
            "etag": etag_of(shown.values),
            "problem": None,
        }


class BatchService:
    """Opens new records together, changes known ones one by one."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.opening = OpeningService(work)

    async def run(self, batch: Batch) -> Listed:
        """Answer each item in order; an atomic batch with any problem changes nothing."""
        await standards(self.work)
        outcomes = [Outcome("change" if item.create is None else "create") for item in batch.items]
        openings = self._prepare(batch.items, outcomes)
        await self._refuse_orphans(openings, outcomes)
        if batch.atomic:
            async with self.work.pinned():
                await self._write(openings, outcomes, atomic=True)
                await self._change(batch.items, outcomes)
                _require_all(outcomes)
        else:
            await self._write(openings, outcomes, atomic=False)
            await self._change(batch.items, outcomes)
        return Listed([outcome.members() for outcome in outcomes])

    def _prepare(self, items: Sequence[BatchItem], outcomes: list[Outcome]) -> dict[int, Opening]:
        openings: dict[int, Opening] = {}
        for place, item in enumerate(items):
            try:
                _require_one_act(item)
                if item.create is not None:
                    new = admit(NewCustomer, item.create, self.work.actor.policy)
                    openings[place] = self.opening.prepare(new.values())
            except Problem as problem:
                outcomes[place].refuse(problem)
        return openings

    async def _refuse_orphans(self, openings: dict[int, Opening], outcomes: list[Outcome]) -> None:
        """Let fall out whoever names a parent company that is not there."""
        orphans = await self.opening.orphans(openings.values())
        for place in [p for p, o in openings.items() if o.customer_id in orphans]:
            outcomes[place].refuse(ParentNotAvailable())
            del openings[place]

    async def _write(
        self, openings: dict[int, Opening], outcomes: list[Outcome], *, atomic: bool
    ) -> None:
        """Write all openings at once; those whose id is taken fall out and the rest goes again."""
        if atomic:
            _require_all(outcomes)
        while openings:
            try:
                shown = await self.opening.write(list(openings.values()))
            except ClaimsTaken as taken:
                refused = [p for p, o in openings.items() if o.customer_id in taken.customers]
                for place in refused:
                    outcomes[place].refuse(ExternalIdTaken())
                    del openings[place]
                self._forget(taken.customers)
                if atomic:
                    _require_all(outcomes)
                continue
            for place, one in zip(openings, shown, strict=True):
                outcomes[place].status, outcomes[place].shown = 201, one
            return

    def _forget(self, customers: set[UUID]) -> None:
        """Take the records that were not opened off the line."""
        for customer_id in customers:
            self.work.line.subjects.pop(str(customer_id), None)

    def _show_nothing(self) -> None:
        """Take off the line what was read for a change that is refused: nobody is shown it."""
        if not self.work.settled:
            self.work.line.shown.clear()

    async def _change(self, items: Sequence[BatchItem], outcomes: list[Outcome]) -> None:
        service = CustomerService(self.work)
        for item, outcome in zip(items, outcomes, strict=True):
            if item.customer_id is None or outcome.problem is not None:
                continue
            try:
                change = admit(CustomerChange, item.change, self.work.actor.policy)
                self.work.next_line()
                outcome.shown = await service.change(item.customer_id, _seen(item), change.values())
                outcome.status = 200
            except Problem as problem:
                outcome.refuse(problem)
                self._show_nothing()


def _require_one_act(item: BatchItem) -> None:
    changes = item.customer_id is not None and item.change is not None
    if (item.create is not None) == changes:
        raise Malformed(faults=[Fault("", "create-or-change")])


def _seen(item: BatchItem) -> str:
    if not item.if_match:
        raise IfMatchMissing
    return item.if_match


def _require_all(outcomes: Sequence[Outcome]) -> None:
    """Refuse an atomic batch with the places and reasons of what will not do."""
    faults = []
    for place, outcome in enumerate(outcomes):
        problem = outcome.problem
        if problem is None:
            continue
        faults += [
            replace(f, pointer=f"/items/{place}{f.pointer}") for f in _reasons(outcome, problem)
        ]
    if faults:
        raise BatchRefused(faults=faults)


def _reasons(outcome: Outcome, problem: Problem) -> Sequence[Fault]:
    """Say why an item will not do: which values, which names, or the problem itself."""
    named = [f"/{outcome.act}/{name}" for name in problem.members.get("names", ())]
    return problem.faults or [Fault(pointer, problem.slug) for pointer in named or [""]]
