"""What may be done with products and purchases."""

from app.features.purchases.service.acts import OrderActService
from app.features.purchases.service.lines import LineService
from app.features.purchases.service.orders import OrderService
from app.features.purchases.service.products import CategoryService, ProductService
from app.features.purchases.service.viewing import PurchaseService

__all__ = [
    "CategoryService",
    "LineService",
    "OrderActService",
    "OrderService",
    "ProductService",
    "PurchaseService",
]
