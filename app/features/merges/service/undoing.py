"""Undoing: a merge taken back, but for what somebody has changed since."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.fields import Field
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.service import MergingService, Part, Side
from app.features.customers.service.merging import choosable
from app.features.merges.models import MergeStatus
from app.features.merges.planning import ADDED, BETWEEN, MOVED
from app.features.merges.problems import MergeUndone, SurvivorMerged
from app.features.merges.repository import MergeRepository
from app.features.merges.service.showing import MergeList, key_of, opened, shown

FLIPPED: Final = {"outgoing": "incoming", "incoming": "outgoing"}
Parts = Mapping[str, Part]


class UndoService:
    """Takes merges back."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = MergingService(work)
        self.merges = MergeRepository(work)
        self.list = MergeList(work)
        self.conflicts: list[dict[str, Any]] = []

    async def undo(self, merge_id: UUID) -> Shown:
        """Take a merge back, once; raises NotFound, NotPermitted, MergeUndone, SurvivorMerged."""
        ids = await self._involved(merge_id)
        self.customers.subjects = [str(one) for one in ids]
        self.customers.detail = {"merge_id": str(merge_id)}
        async with self.work.pinned():
            await self.customers.records.lock(ids)
            merge = await self._applied(merge_id)
            survivor, *losers = [await self.customers.side(one) for one in ids]
            if survivor.status == "merged":
                raise SurvivorMerged
            parts = {str(p.row_id): p for p in await self.customers.parts_of(survivor)}
            await self._put_back(survivor, opened(key_of(self.work, merge), merge, "fields"))
            await self._drop_added(survivor, merge, parts)
            for loser in losers:
                status = await self.merges.status_before(merge_id, loser.customer_id)
                await self.customers.set_merged(loser, None, status)
            answer = await self._carry_back(merge, survivor, losers, parts)
        return Shown(answer)

    async def _involved(self, merge_id: UUID) -> list[UUID]:
        merge = await self.list.found(merge_id)
        return [merge["customer_id"], *merge["loser_ids"]]

    async def _applied(self, merge_id: UUID) -> dict[str, Any]:
        """Return the merge as it stands now that its customers are held; raises MergeUndone."""
        merge = await self.list.found(merge_id)
        if merge["status"] != MergeStatus.APPLIED:
            raise MergeUndone
        return merge

    async def _put_back(self, survivor: Side, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Give the survivor its old values, where nobody has changed them since."""
        entries = {entry.path: entry for entry in choosable(survivor.kind)}
        back: dict[Field, Any] = {}
        for path, change in changes.items():
            if survivor.stored(entries[path]) == change["after"]:
                back[entries[path]] = change["before"]
            else:
                self.conflicts.append({"field": path, "why": "changed"})
        await self.customers.change(survivor, back)

    async def _drop_added(self, survivor: Side, merge: Mapping[str, Any], parts: Parts) -> None:
        """Remove contact points that the merge added, unless they were changed since."""
        for note in (one for one in merge["parts"] if one["act"] == ADDED):
            part = parts.get(note["row_id"])
            if part is None:
                self._keep(note, "removed")
            elif part.values["updated_at"] != part.values["created_at"]:
                self._keep(note, "changed")
            else:
                await self.customers.drop_contact(survivor, part.row_id)

    async def _carry_back(
        self, merge: Mapping[str, Any], survivor: Side, losers: Sequence[Side], parts: Parts
    ) -> dict[str, Any]:
        """Carry back what moved, and settle the merge, with the line of the undoing itself."""
        going = {loser.customer_id: self._going(merge, loser, parts) for loser in losers}
        self.customers.begin_line()
        self.work.line.changed.update(dict.fromkeys(("merged_into_id", "status")))
        async with self.work.changing() as connection:
            for loser in losers:
                back = going[loser.customer_id]
                await self.customers.parts.carry(connection, back, survivor.end, loser.end)
                for tie in await self._between(merge, loser, survivor):
                    await self.customers.parts.put(connection, tie, survivor.end)
                await self.customers.settle(
                    survivor.customer_id, loser.customer_id, "not_duplicate"
                )
            if not await self.merges.undo(merge, self._outcome()):
                raise MergeUndone
            return shown(self.work, await self.list.found(merge["merge_id"]))

    def _going(self, merge: Mapping[str, Any], loser: Side, parts: Parts) -> list[Part]:
        """Return the parts that go back to a loser: those that are still what they were."""
        back = []
        for note in merge["parts"]:
            if note["act"] == MOVED and note["customer_id"] == str(loser.customer_id):
                part = parts.get(note["row_id"])
                if part is None:
                    self._keep(note, "removed")
                elif part.stamp != note["updated_at"]:
                    self._keep(note, "changed")
                else:
                    back.append(part)
        return back

    async def _between(self, merge: Mapping[str, Any], loser: Side, survivor: Side) -> list[Part]:
        """Return the survivor's rows of ties to a loser, mirrored from those of the loser."""
        ties = {n["row_id"] for n in merge["parts"] if n["act"] == BETWEEN}
        return [
            _mirror(part, loser.customer_id)
            for part in await self.customers.parts_of(loser)
            if str(part.row_id) in ties
            and str(part.values["other_id"]) == str(survivor.customer_id)
        ]

    def _keep(self, note: Mapping[str, Any], why: str) -> None:
        self.conflicts.append({"why": why, **{n: note[n] for n in ("resource", "row_id")}})

    def _outcome(self) -> dict[str, Any]:
        status = MergeStatus.UNDO_CONFLICT if self.conflicts else MergeStatus.UNDONE
        return {
            "to": status.value,
            "left": self.conflicts,
            "at": now(),
            "by": self.work.actor.actor_id,
        }


def _mirror(tie: Part, other_id: UUID) -> Part:
    values = {**tie.values, "other_id": other_id, "direction": FLIPPED[tie.values["direction"]]}
    return Part(tie.record, tie.row_id, values)
