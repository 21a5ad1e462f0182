"""The tables of purchases; importing this package declares them all."""

from app.features.purchases.models.orders import Order, OrderLine, OrderReturn
from app.features.purchases.models.products import PRODUCT_CATEGORIES, PRODUCTS

__all__ = ["PRODUCTS", "PRODUCT_CATEGORIES", "Order", "OrderLine", "OrderReturn"]
