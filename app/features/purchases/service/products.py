"""Keeping products and their categories: opened, changed, retired, never deleted."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import UUID as UUID_KIND
from app.core.kinds import Invalid
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed, Stale
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.purchases.problems import (
    CategoryInUse,
    CategoryNotAvailable,
    CategoryTooDeep,
    ProductCodeTaken,
    ProductRetired,
)
from app.features.purchases.repository import CategoryRepository, ProductRepository

DEEPEST: Final = 5
FLAGS: Final = {None: False, "false": False, "true": True}
Repositories = ProductRepository | CategoryRepository


class ReferenceService:
    """What products and categories have in common."""

    noun: ClassVar[str]
    resource: ClassVar[str]

    def __init__(self, work: UnitOfWork, rows: Repositories) -> None:
        self._work = work
        self._rows = rows

    async def page(self, asked: Asked) -> Listed:
        """List in the order of codes; what is retired only when it is asked for."""
        names = sorted(self._rows.narrowing)
        asked.only("limit", "cursor", "retired", *names)
        narrowed = {n: _value(n, given) for n in names if (given := asked.one(n)) is not None}
        retired = _flag(asked.one("retired"))
        limit, sealing = read_limit(asked.one("limit")), self._work.platform.sealing
        place = f"{self.resource} {retired} {sorted(narrowed.items())}"
        cursor = asked.one("cursor")
        after = str(read_cursor(sealing, place, cursor)[0]) if cursor else None
        found = await self._rows.page(narrowed, after, limit + 1, retired=retired)
        rows, more = found[:limit], len(found) > limit
        last = write_cursor(sealing, place, [rows[-1]["code"]]) if more else None
        return Listed([_plain(row) for row in rows], last)

    async def get(self, row_id: UUID) -> Shown:
        """Show one, retired or not; raises NotFound."""
        return Shown(_plain(await self._rows.get(row_id)))

    async def open(self, values: Mapping[str, Any]) -> Shown:
        """Open one; raises ProductCodeTaken, CategoryNotAvailable."""
        row = {**self._empty(), **values, self._rows.key: new_id()}
        async with self._work.pinned(), self._work.changing():
            self._note(row[self._rows.key], values)
            await self._require_fit(row, values)
            if not await self._rows.add(row):
                raise ProductCodeTaken
        return Shown(_plain(row), location=f"/v1/{self.resource}/{row[self._rows.key]}")

    async def change(self, row_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change one that is not retired; raises NotFound, Stale, ProductRetired."""
        async with self._work.pinned(), self._work.changing():
            row = await self._held(row_id, seen)
            fresh = {**row, **values}
            self._note(row_id, values)
            await self._require_fit(fresh, values)
            await self._rows.save(fresh)
        return Shown(_plain(fresh))

    async def retire(self, row_id: UUID, seen: str) -> Shown:
        """Take one out of use for good; orders keep naming it."""
        async with self._work.pinned(), self._work.changing():
            row = await self._held(row_id, seen)
            await self._require_unused(row_id)
            fresh = {**row, "retired_at": now()}
            self._note(row_id, {"retired_at": fresh["retired_at"]})
            await self._rows.save(fresh)
        return Shown(_plain(fresh))

    async def _held(self, row_id: UUID, seen: str) -> dict[str, Any]:
        row = await self._rows.get(row_id, for_change=True)
        if seen not in {ANY_STATE, etag_of(_plain(row))}:
            raise Stale(headers={"ETag": etag_of(_plain(row))})
        if row["retired_at"] is not None:
            raise ProductRetired
        return row

    async def _require_fit(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Refuse what does not fit into the tree."""

    async def _require_unused(self, row_id: UUID) -> None:
        """Refuse to retire what is still needed."""

    def _empty(self) -> dict[str, Any]:
        return dict.fromkeys(self._rows.table.c.keys())

    def _note(self, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Note on the line what is set; it is no personal data."""
        self._work.line.changed.update(dict.fromkeys(values))
        told = {name: None if v is None else str(v) for name, v in values.items()}
        self._work.line.detail[self.noun] = {**told, self._rows.key: str(row_id)}


class ProductService(ReferenceService):
    """What may be done with products."""

    noun, resource = "product", "products"

    def __init__(self, work: UnitOfWork) -> None:
        super().__init__(work, ProductRepository(work))
        self._categories = CategoryRepository(work)

    def _empty(self) -> dict[str, Any]:
        return {**super()._empty(), "currency": "CNY"}

    async def _require_fit(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Refuse a category that is not in use; the tree stays locked until the end."""
        category_id = row["product_category_id"]
        if values.get("product_category_id") and category_id not in await self._categories.tree():
            raise CategoryNotAvailable


class CategoryService(ReferenceService):
    """What may be done with product categories."""

    noun, resource = "product_category", "product-categories"

    def __init__(self, work: UnitOfWork) -> None:
        self._categories = CategoryRepository(work)
        super().__init__(work, self._categories)

    async def _require_fit(self, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Refuse a place that is not there, below itself, or makes a branch too deep."""
        tree = await self._categories.tree()
        parent_id, own = row["parent_id"], row["product_category_id"]
        if values.get("parent_id") and parent_id not in tree:
            raise CategoryNotAvailable
        tree[own] = parent_id
        if any(_depth(tree, one) > DEEPEST for one in tree):
            raise CategoryTooDeep

    async def _require_unused(self, row_id: UUID) -> None:
        """Refuse to retire what something in use stands below."""
        await self._categories.tree()
        if await self._categories.is_in_use(row_id):
            raise CategoryInUse


def _depth(tree: Mapping[UUID, UUID | None], one: UUID) -> int:
    """Count the levels down to a category; in a ring there is no end to them."""
    depth, place = 1, tree.get(one)
    while place is not None and depth <= DEEPEST:
        depth, place = depth + 1, tree.get(place)
    return depth


def _flag(text: str | None) -> bool:
    if text not in FLAGS:
        raise Malformed(faults=[Fault("/retired", "choice-unknown")])
    return FLAGS[text]


def _value(name: str, text: str) -> Any:
    if not name.endswith("_id"):
        return text
    try:
        return UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(n): str(v) if n.endswith("_id") and v else v for n, v in row.items()}
