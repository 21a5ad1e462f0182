"""Product categories, a small tree that is changed by one at a time."""

from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, exists, or_, select

from app.core.statements import compile_statement
from app.features.purchases.models import PRODUCT_CATEGORIES, PRODUCTS
from app.features.purchases.repository.reference import ReferenceRepository

TREE: Final = compile_statement(
    select(
        PRODUCT_CATEGORIES.c.product_category_id,
        PRODUCT_CATEGORIES.c.parent_id,
        PRODUCT_CATEGORIES.c.retired_at,
    )
    .order_by(PRODUCT_CATEGORIES.c.product_category_id)
    .with_for_update()
)
_BELOW: Final = exists().where(
    PRODUCT_CATEGORIES.c.parent_id == bindparam("row_id", type_=Uuid),
    PRODUCT_CATEGORIES.c.retired_at.is_(None),
)
_SOLD: Final = exists().where(
    PRODUCTS.c.product_category_id == bindparam("row_id", type_=Uuid),
    PRODUCTS.c.retired_at.is_(None),
)
IN_USE: Final = compile_statement(select(or_(_BELOW, _SOLD)))


class CategoryRepository(ReferenceRepository):
    """Reads and writes product categories."""

    table: ClassVar[Table] = PRODUCT_CATEGORIES
    key: ClassVar[str] = "product_category_id"
    narrowing: ClassVar[frozenset[str]] = frozenset({"code", "parent_id"})

    async def tree(self) -> dict[UUID, UUID | None]:
        """Return what each category in use stands below; all stay locked to the end."""
        rows = await self._work.fetch(TREE, {})
        return {
            row["product_category_id"]: row["parent_id"]
            for row in rows
            if row["retired_at"] is None
        }

    async def is_in_use(self, category_id: UUID) -> bool:
        """Whether something that is not retired stands below."""
        return bool((await self._work.fetch(IN_USE, {"row_id": category_id}))[0][0])
