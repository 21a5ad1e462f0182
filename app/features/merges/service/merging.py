"""Merging: the losers' values and parts go to the survivor, all in one transaction."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.fields import Field
from app.core.kinds import Invalid, text
from app.core.problems import Fault, FieldNotAvailable, IfMatchMissing, Malformed, Stale
from app.core.repository import ANY_STATE
from app.core.sealing import place_of, seal
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.service import MergingService, Part, Side
from app.features.customers.service.merging import choosable, wire
from app.features.merges.models import MergeStatus
from app.features.merges.planning import MOVED, Plan, added
from app.features.merges.repository import MergeRepository
from app.features.merges.schemas import NewMerge
from app.features.merges.service.previewing import PreviewService, proposals
from app.features.merges.service.showing import MergeList, sealed, shown

# A phone that another one wins over is kept as a further way to reach the customer.
KEPT_AS_CONTACT: Final = {
    "customers.phone": "phone",
    "customers.email": "email",
    "customers.wechat": "wechat",
}
PARENT: Final = "organization-profiles.parent_id"
WORDS: Final = text(max_length=500, multiline=True)
Changes = dict[Field, dict[str, Any]]


class MergeService:
    """Makes several records one."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = MergingService(work)
        self.preview = PreviewService(work)
        self.list = MergeList(work)
        self.merges = MergeRepository(work)

    async def merge(self, asked: NewMerge) -> Shown:
        """Merge; raises Stale when any side is not as it was decided on, and what else stands by.

        The customers are held from before they are read: of two merges at once one finds the other
        done, and a change in between is either seen or comes to nothing.
        """
        merge_id, ids = new_id(), [asked.survivor_id, *asked.loser_ids]
        self.customers.subjects = [str(one) for one in ids]
        self.customers.detail = {"merge_id": str(merge_id)}
        async with self.work.pinned():
            await self.customers.records.lock(ids)
            sides = await self.preview.sides(asked)
            _require_seen(asked, sides)
            changes = _changes(asked, sides)
            found = await self.preview.planned(sides)
            for loser in sides[1:]:
                await self.customers.set_merged(loser, asked.survivor_id)
            await self.customers.change(sides[0], {e: c["after"] for e, c in changes.items()})
            await self._keep_contacts(sides, found)
            answer = await self._carry(merge_id, asked, sides, found, changes)
        return Shown(answer, location=f"/v1/merges/{merge_id}")

    async def _keep_contacts(self, sides: Sequence[Side], found: Plan) -> None:
        """Keep main phones, mails and accounts that lost as contact points of the survivor."""
        survivor = await self.customers.side(sides[0].customer_id)
        parts = await self.customers.parts_of(survivor)
        has = {_contact(part) for part in chain(parts, *found.moving.values())}
        for entry in (e for e in choosable(survivor.kind) if e.path in KEPT_AS_CONTACT):
            kind = KEPT_AS_CONTACT[entry.path]
            has.add((kind, survivor.stored(entry)))
            for side in sides:
                lost = (kind, side.stored(entry))
                if lost[1] is not None and lost not in has:
                    has.add(lost)
                    values = {"type": kind, "value": lost[1]}
                    row_id = await self.customers.add_contact(survivor, values)
                    found.notes.append(added(row_id, side.customer_id))

    async def _carry(
        self,
        merge_id: UUID,
        asked: NewMerge,
        sides: Sequence[Side],
        found: Plan,
        changes: Changes,
    ) -> dict[str, Any]:
        """Carry the parts over and keep what was done, with the line of the merge itself."""
        survivor, losers = sides[0], sides[1:]
        record = _record(merge_id, asked, survivor, found, changes)
        record["made_by"] = self.work.actor.actor_id
        snapshots = [await self._snapshot(merge_id, side) for side in losers]
        self.customers.begin_line()
        self.work.line.changed.update(dict.fromkeys(("merged_into_id", *found.counts(MOVED))))
        async with self.work.changing() as connection:
            if found.taken:
                await self.customers.parts.take(connection, found.taken, survivor.end)
            for loser in losers:
                moving = found.moving[loser.customer_id]
                await self.customers.parts.carry(connection, moving, loser.end, survivor.end)
                await self.customers.settle(survivor.customer_id, loser.customer_id, "merged")
            await self.merges.add(record, snapshots)
            return shown(self.work, await self.list.found(merge_id))

    async def _snapshot(self, merge_id: UUID, side: Side) -> dict[str, Any]:
        """Keep all that a loser held, sealed with its own key."""
        parts = await self.customers.parts_of(side)
        held = {
            "customer": wire(side.customer.stored),
            "profile": wire(side.profile.stored),
            "parts": [{"resource": p.record.resource, **wire(dict(p.values))} for p in parts],
        }
        place = place_of("merge_losers", "snapshot", side.customer_id, merge_id)
        return {
            "customer_id": side.customer_id,
            "merge_id": merge_id,
            "status_before": side.status,
            "snapshot": seal(side.customer.key, place, held),
        }


def _require_seen(asked: NewMerge, sides: Sequence[Side]) -> None:
    """Refuse states that nobody decided on; raises IfMatchMissing, Stale."""
    given = {key.lower(): etag for key, etag in asked.etags.items()}
    for side in sides:
        seen = given.get(str(side.customer_id))
        if seen is None:
            raise IfMatchMissing
        if seen not in {ANY_STATE, side.etag}:
            raise Stale(headers={"ETag": side.etag})


def _changes(asked: NewMerge, sides: Sequence[Side]) -> Changes:
    """Return what the survivor's fields change to, by choice or by rule."""
    by_id = {side.customer_id: side for side in sides}
    entries = {entry.path: entry for entry in choosable(sides[0].kind)}
    if unknown := [path for path in asked.choices if path not in entries]:
        raise FieldNotAvailable(names=sorted(unknown))
    if any(one not in by_id for one in asked.choices.values()):
        raise Malformed(faults=[Fault("/choices", "choice-unknown")])
    chosen = {one["field"]: one["proposed"] for one in proposals(sides)} | asked.choices
    changes: Changes = {}
    for path, customer_id in chosen.items():
        before = sides[0].stored(entries[path])
        after = by_id[customer_id].stored(entries[path]) if customer_id else before
        if path == PARENT and after in {str(one) for one in by_id}:
            after = None  # nobody is above itself
        if after != before:
            change = {"from": str(customer_id), "before": before, "after": after}
            changes[entries[path]] = change
    return changes


def _record(
    merge_id: UUID, asked: NewMerge, survivor: Side, found: Plan, changes: Changes
) -> dict[str, Any]:
    """Return the row of a merge; what tells of values is sealed."""
    merge = {"customer_id": survivor.customer_id, "merge_id": merge_id}
    key = survivor.customer.key
    fields = {entry.path: change for entry, change in changes.items()}
    return {
        **merge,
        "loser_ids": asked.loser_ids,
        "status": MergeStatus.APPLIED.value,
        "fields": sealed(key, merge, "fields", fields),
        "reason": sealed(key, merge, "reason", {"reason": written(asked.reason)}),
        "parts": found.notes,
        "conflicts": [],
        "made_at": now(),
    }


def written(reason: str) -> str:
    """Return what somebody wrote; raises Malformed when it is not acceptable."""
    try:
        found: str = WORDS.normalise(reason)
    except Invalid as refused:
        raise Malformed(faults=[Fault("/reason", refused.code)]) from None
    return found


def _contact(part: Part) -> tuple[Any, Any]:
    return part.values.get("type"), part.values.get("value")
