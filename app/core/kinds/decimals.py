"""Decimal numbers as text, currencies, and the smallest unit that an amount comes in."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from babel.core import get_global
from sqlalchemy import Numeric, Text

from app.core.kinds.characters import folded, wire_text
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import EQUALITY, ORDERED, Kind, stars

_FORM: Final = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,8})?")
_CODE: Final = re.compile(r"[A-Z]{3}")
# Minor units that are not two, as the maintenance agency of ISO 4217 lists them (list one). The
# digits of the Unicode data, which babel brings, differ for some twenty currencies.
_NONE: Final = frozenset(
    [
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    ]
)
_THREE: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR: Final = frozenset(["CLF", "UYW"])
MINOR_UNITS: Final = {
    **dict.fromkeys(_NONE, 0),
    **dict.fromkeys(_THREE, 3),
    **dict.fromkeys(_FOUR, 4),
}


def decimal_text(name: str, places: int, *, is_positive: bool = False) -> Kind:
    """Make a kind of decimal number that is not negative, written as text; never rounded."""

    def normalise(value: object) -> Decimal:
        number = value if isinstance(value, Decimal) else _read(wire_text(value))
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > places:
            raise Invalid("decimal-too-precise")
        if number < 0 or (is_positive and number == 0):
            raise Invalid("number-out-of-range")
        return abs(number)

    return Kind(
        name=name,
        column=Numeric(),
        schema={"type": "string", "pattern": rf"^[0-9]{{1,13}}(\.[0-9]{{1,{places}}})?$"},
        example="12.50",
        normalise=normalise,
        mask=stars,
        operators=ORDERED,
        from_text=_cell(normalise),
    )


def _read(text: str) -> Decimal:
    if not _FORM.fullmatch(text):
        raise Invalid("decimal-invalid")
    return Decimal(text)


def _cell(normalise: Callable[[object], Decimal]) -> Callable[[str], Decimal]:
    def from_text(cell: str) -> Decimal:
        return normalise(folded(cell, 40).replace(",", ""))

    return from_text


def _currency(value: object) -> str:
    code = wire_text(value)
    if not _CODE.fullmatch(code) or code not in currencies():
        raise Invalid("currency-unknown")
    return code


@cache
def currencies() -> frozenset[str]:
    """Collect what is legal tender somewhere today."""
    tender = get_global("territory_currencies").values()
    return frozenset(code for money in tender for code, _, end, legal in money if legal and not end)


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 of yuan, 1 of yen, 0.001 of dinar."""
    return Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))


def settled(amount: Decimal, currency: str) -> Decimal:
    """Round an amount to the minor unit of its currency, halves up as invoices do."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP)


CURRENCY: Final = Kind(
    name="currency",
    column=Text(),
    schema={"type": "string", "pattern": "^[A-Z]{3}$"},
    example="CNY",
    normalise=_currency,
    mask=stars,
    operators=EQUALITY,
)
PRICE: Final = decimal_text("price", 4)
QUANTITY: Final = decimal_text("quantity", 3, is_positive=True)
