"""Products."""

from typing import ClassVar

from sqlalchemy import Table

from app.features.purchases.models import PRODUCTS
from app.features.purchases.repository.reference import ReferenceRepository


class ProductRepository(ReferenceRepository):
    """Reads and writes products."""

    table: ClassVar[Table] = PRODUCTS
    key: ClassVar[str] = "product_id"
    narrowing: ClassVar[frozenset[str]] = frozenset({"code", "product_category_id"})
