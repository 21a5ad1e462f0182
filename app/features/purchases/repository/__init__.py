"""Rows of purchases: products and categories, orders with lines and returns."""

from app.features.purchases.repository.categories import CategoryRepository
from app.features.purchases.repository.orders import OrderRepository
from app.features.purchases.repository.parts import (
    LineFacts,
    OrderLineRepository,
    OrderReturnRepository,
)
from app.features.purchases.repository.products import ProductRepository
from app.features.purchases.repository.viewing import PurchaseRepository

__all__ = [
    "CategoryRepository",
    "LineFacts",
    "OrderLineRepository",
    "OrderRepository",
    "OrderReturnRepository",
    "ProductRepository",
    "PurchaseRepository",
]
