"""Tests of decimal texts and of the smallest units of currencies."""

from decimal import Decimal

import pytest

from app.core.kinds import CURRENCY, PRICE, QUANTITY, Invalid
from app.core.kinds.decimals import minor_unit, settled
from app.core.kinds.kind import Kind


@pytest.mark.parametrize(
    ("kind", "given", "outcome"),
    [
        (PRICE, "12.50", "12.50"),
        (PRICE, Decimal("0.0001"), "0.0001"),
        (PRICE, "0", "0"),
        (QUANTITY, "0.5", "0.5"),
        (PRICE, "0.00001", "decimal-too-precise"),
        (PRICE, "-1", "number-out-of-range"),
        (QUANTITY, "0", "number-out-of-range"),
        (PRICE, "1e3", "decimal-invalid"),
        (PRICE, "NaN", "decimal-invalid"),
        (PRICE, Decimal("NaN"), "decimal-too-precise"),
        (PRICE, 1.5, "type-string"),
        (CURRENCY, "CNY", "CNY"),
        (CURRENCY, "cny", "currency-unknown"),
        (CURRENCY, "DEM", "currency-unknown"),
    ],
)
def test_a_value_is_kept_exactly_or_refused(kind: Kind, given: object, outcome: str) -> None:
    """Nothing is rounded on the way in."""
    try:
        found = str(kind.normalise(given))
    except Invalid as refused:
        found = refused.code

    assert found == outcome


def test_a_cell_may_part_thousands() -> None:
    """As spreadsheets write them."""
    assert PRICE.from_text is not None
    assert PRICE.from_text("1,234.50") == Decimal("1234.50")


@pytest.mark.parametrize(
    ("currency", "unit", "amount"),
    [
        ("CNY", "0.01", "2.68"),
        ("JPY", "1", "3"),
        ("KWD", "0.001", "2.675"),
        ("CLF", "0.0001", "2.6750"),
        ("HUF", "0.01", "2.68"),
    ],
)
def test_amounts_come_in_minor_units(currency: str, unit: str, amount: str) -> None:
    """Those of ISO 4217, where the Unicode data differ; halves go up."""
    assert minor_unit(currency) == Decimal(unit)
    assert str(settled(Decimal("2.675"), currency)) == amount
