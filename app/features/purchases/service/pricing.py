"""What a line comes to: its price, its amount, and the share of it that goes back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from app.core.kinds.decimals import settled
from app.features.purchases.problems import (
    AmountTooLarge,
    DiscountTooLarge,
    PriceMissing,
    ProductNotAvailable,
)

MOST: Final = Decimal(10) ** 13
Product = Mapping[str, Any]


def priced(values: Mapping[str, Any], product: Product | None, currency: str) -> dict[str, Any]:
    """Return quantity, price, discount and amount of a line; raises what does not come out."""
    price = values.get("price")
    if price is None:
        price = _list_price(product, currency)
    discount = settled(values.get("discount") or Decimal(0), currency)
    amount = settled(checked(values["quantity"] * price), currency) - discount
    if amount < 0:
        raise DiscountTooLarge
    return {"price": price, "discount": discount, "amount": checked(amount)}


def checked(amount: Decimal) -> Decimal:
    """Refuse an amount that is too large to be kept."""
    if amount >= MOST:
        raise AmountTooLarge
    return amount


def sold(products: Mapping[Any, Product], product_id: Any) -> Product:
    """Return a product that may be sold; raises ProductNotAvailable."""
    product = products.get(product_id)
    if product is None or product["retired_at"] is not None:
        raise ProductNotAvailable
    return product


def share(amount: Decimal, quantity: Decimal, back: Decimal, currency: str) -> Decimal:
    """Return what so much of a line comes to; the whole of it comes to the whole amount."""
    return settled(amount * back / quantity, currency)


def _list_price(product: Product | None, currency: str) -> Decimal:
    if product is None or product["list_price"] is None or product["currency"] != currency:
        raise PriceMissing
    return Decimal(product["list_price"])
