"""Merges as they are shown: whose fields and which parts, never a value."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP, Invalid
from app.core.kinds import UUID as UUID_KIND
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed, NotFound
from app.core.sealing import CustomerKey, place_of, seal, unseal
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.merges.planning import ADDED, BETWEEN, CLASHED, MOVED
from app.features.merges.repository import NARROWING, MergeRepository
from app.features.merges.schemas import Conflict, MergeView

SHOWN: Final = dict.fromkeys(MergeView.model_fields, "read")
TABLE: Final = "merges"


class MergeList:
    """Shows merges of customers within reach."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.merges = MergeRepository(work)

    async def get(self, merge_id: UUID) -> Shown:
        """Show a merge; raises NotFound."""
        return Shown(shown(self.work, await self.found(merge_id)))

    async def found(self, merge_id: UUID) -> dict[str, Any]:
        """Return a merge of a survivor within reach; raises NotFound."""
        merge = await self.merges.find(merge_id)
        if merge is None:
            raise NotFound
        return merge

    async def page(self, asked: Asked) -> Listed:
        """List merges, newest first."""
        asked.only("limit", "cursor", *NARROWING)
        narrowed = {name: _id(name, text) for name in NARROWING if (text := asked.one(name))}
        limit, place = read_limit(asked.one("limit")), f"merges {sorted(narrowed.items())}"
        found = await self.merges.page(narrowed, self._after(asked, place), limit + 1)
        rows = found[:limit]
        items = [shown(self.work, row) for row in rows]
        if len(found) <= limit:
            return Listed(items)
        last = [rows[-1]["made_at"], str(rows[-1]["merge_id"])]
        return Listed(items, write_cursor(self.work.platform.sealing, place, last))

    def _after(self, asked: Asked, place: str) -> dict[str, Any]:
        cursor = asked.one("cursor")
        if cursor is None:
            return {}
        made_at, last_id = read_cursor(self.work.platform.sealing, place, cursor)
        return {"made_at": TIMESTAMP.normalise(made_at), "last_id": UUID(last_id)}


def shown(work: UnitOfWork, merge: Mapping[str, Any]) -> dict[str, Any]:
    """Show a merge, and note that on the line."""
    ids = [str(merge["customer_id"]), *map(str, merge["loser_ids"])]
    work.note(ids, "merges", SHOWN)
    key = key_of(work, merge)
    parts = merge["parts"]
    values = {
        **merge,
        "survivor_id": merge["customer_id"],
        "reason": opened(key, merge, "reason").get("reason"),
        "fields": [
            {"field": path, "customer_id": change["from"]}
            for path, change in opened(key, merge, "fields").items()
        ],
        "moved": _counts(part for part in parts if part["act"] in {MOVED, ADDED}),
        "behind": [
            {"why": part["act"], **{n: part[n] for n in ("resource", "row_id", "customer_id")}}
            for part in parts
            if part["act"] in {CLASHED, BETWEEN}
        ],
        "conflicts": [{n: one.get(n) for n in Conflict.model_fields} for one in merge["conflicts"]],
        "loser_ids": [str(one) for one in merge["loser_ids"]],
    }
    return {name: _plain(values[name]) for name in MergeView.model_fields}


def key_of(work: UnitOfWork, merge: Mapping[str, Any]) -> CustomerKey | None:
    """Return the survivor's key, unless it is destroyed."""
    if merge["wrapped"] is None:
        return None
    sealing = work.platform.sealing
    return sealing.open_key(merge["customer_id"], merge["wrapping_key"], merge["wrapped"])


def opened(key: CustomerKey | None, merge: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Open what a merge keeps sealed."""
    return unseal(key, _place(merge, name), merge[name]) if key else {}


def sealed(
    key: CustomerKey, merge: Mapping[str, Any], name: str, values: Mapping[str, Any]
) -> bytes:
    """Seal what a merge keeps of values."""
    return seal(key, _place(merge, name), values)


def _place(merge: Mapping[str, Any], name: str) -> bytes:
    return place_of(TABLE, name, merge["customer_id"], merge["merge_id"])


def _counts(parts: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        found[part["resource"]] = found.get(part["resource"], 0) + 1
    return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _id(name: str, text: str) -> UUID:
    try:
        found: UUID = UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    return found
