"""Previewing: what a merge would do, field by field and part by part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.problems import Fault, Malformed
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.problems import CustomerArchived
from app.features.customers.service import MergingService, Side
from app.features.customers.service.merging import choosable
from app.features.merges.planning import CLASHED, MOVED, Plan, plan
from app.features.merges.problems import KindsDiffer
from app.features.merges.schemas import MergePreview
from app.features.merges.survivorship import Held, proposed, rule_of


class PreviewService:
    """Opens the sides of a merge and says what the rules make of them."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = MergingService(work)

    async def preview(self, asked: MergePreview) -> Shown:
        """Show what would be merged; nothing is changed."""
        sides = await self.sides(asked)
        found = await self.planned(sides)
        answer = {
            "survivor_id": str(asked.survivor_id),
            "sides": [
                {"customer_id": str(s.customer_id), "status": s.status, "etag": s.etag}
                for s in sides
            ],
            "fields": [one for one in proposals(sides) if one["held"]],
            "moving": found.counts(MOVED),
            "clashing": found.counts(CLASHED),
            "lent": await self.customers.records.count_lent([s.customer_id for s in sides[1:]]),
        }
        return Shown(answer, tagged=False)

    async def sides(self, asked: MergePreview) -> list[Side]:
        """Open the survivor and the losers; raises NotFound, NotPermitted, KindsDiffer."""
        ids = [asked.survivor_id, *asked.loser_ids]
        if len({*ids}) < len(ids):
            raise Malformed(faults=[Fault("/loser_ids", "given-twice")])
        sides = [await self.customers.living(one) for one in ids]
        if len({side.kind for side in sides}) > 1:
            raise KindsDiffer
        if sides[0].status == "archived":
            raise CustomerArchived
        for side in sides:
            await self.customers.remember(side)
        return sides

    async def planned(self, sides: Sequence[Side]) -> Plan:
        """Say what would become of the parts."""
        held = {side.customer_id: await self.customers.parts_of(side) for side in sides}
        return plan(sides[0].customer_id, held)


def proposals(sides: Sequence[Side]) -> list[dict[str, Any]]:
    """Return for each field what each holds and whose value its rule proposes."""
    found = []
    for entry in choosable(sides[0].kind):
        held = [Held(s.customer_id, s.stored(entry), s.since(entry)) for s in sides]
        filled = [one for one in held if one.value is not None]
        shown = {s.customer_id: s.shown(entry) for s in sides}
        found.append(
            {
                "field": entry.path,
                "rule": rule_of(entry),
                "held": [_held(one, shown) for one in filled],
                "proposed": proposed(rule_of(entry), held),
                "differ": any(one.value != filled[0].value for one in filled)
                or 0 < len(filled) < len(held),
            }
        )
    return found


def _held(one: Held, shown: dict[UUID, Any]) -> dict[str, Any]:
    value = shown[one.customer_id]
    return {"customer_id": one.customer_id, "value": value, "since": one.since}
