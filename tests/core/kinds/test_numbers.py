"""Whole numbers, yes or no, and money."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Integer

from app.core.kinds import BOOLEAN, MONEY, Invalid, whole

HEADCOUNT = whole(0, 100)


@pytest.mark.parametrize(("value", "number"), [(0, 0), (100, 100), (7.0, 7)])
def test_whole_number_within_bounds_is_kept(value: object, number: int) -> None:
    """Both bounds belong to the range; JSON may write 7 as 7.0."""
    stored = HEADCOUNT.normalise(value)

    assert stored == number
    assert type(stored) is int


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "number-out-of-range"),
        (101, "number-out-of-range"),
        (10**400, "number-out-of-range"),
        (True, "type-integer"),
        (7.5, "type-integer"),
        (float("nan"), "type-integer"),
        (float("inf"), "type-integer"),
        (1e300, "type-integer"),
        ("7", "type-integer"),
        ("***", "value-is-mask"),
    ],
)
def test_bad_whole_number_is_refused(value: object, code: str) -> None:
    """Other types, fractions, infinities and what is out of range are refused."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        HEADCOUNT.normalise(value)


def test_unbounded_number_fits_the_database() -> None:
    """Without bounds a number has 64 bits; the column is as wide as it has to be."""
    assert whole().normalise(2**63 - 1) == 2**63 - 1
    assert isinstance(whole().column, BigInteger)
    assert type(HEADCOUNT.column) is Integer
    for number in (2**63, -(2**63) - 1):
        with pytest.raises(Invalid, match=r"^number-out-of-range$"):
            whole().normalise(number)


@pytest.mark.parametrize(
    ("cell", "number"), [("12", 12), (" １２ ", 12), ("1,234", 1234), ("12.0", 12), ("-5", -5)]
)
def test_number_is_read_from_a_cell(cell: str, number: int) -> None:
    """Cells may hold full-width digits, thousands commas and empty decimals."""
    kind = whole()

    assert kind.from_text
    assert kind.from_text(cell) == number


@pytest.mark.parametrize("cell", ["", "x", "1.5", "1,23", "1e3", "٣", "9" * 39])
def test_what_is_no_number_in_a_cell_is_refused(cell: str) -> None:
    """A cell is read exactly or not at all."""
    kind = whole()

    assert kind.from_text
    with pytest.raises(Invalid):
        kind.from_text(cell)


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        (["是", "yes", "Y", "TRUE", "1", "√", "ＹＥＳ"], True),
        (["否", "no", "N", "False", "0", "无"], False),
    ],
)
def test_yes_and_no_are_read_in_both_languages(cells: list[str], *, answer: bool) -> None:
    """A cell says yes or no in either language."""
    assert BOOLEAN.from_text
    for cell in cells:
        assert BOOLEAN.from_text(cell) is answer
    with pytest.raises(Invalid, match=r"^boolean-invalid$"):
        BOOLEAN.from_text("maybe")


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_only_true_and_false_are_boolean(value: object) -> None:
    """JSON has its own words for yes and no."""
    with pytest.raises(Invalid, match=r"^type-boolean$"):
        BOOLEAN.normalise(value)


@pytest.mark.parametrize(
    ("amount", "settled"), [("12.5", "12.50"), ("0", "0.00"), ("-0.0", "0.00"), ("007.10", "7.10")]
)
def test_amount_has_two_places(amount: str, settled: str) -> None:
    """An amount always has two places, and there is but one zero."""
    money = {"amount": amount, "currency": "CNY"}

    assert MONEY.normalise(money) == {"amount": settled, "currency": "CNY"}


@settings(deadline=None)
@given(st.decimals(-(10**14) + 1, 10**14 - 1, places=2))
def test_amount_is_kept_exactly(amount: Decimal) -> None:
    """No amount within range loses or gains a cent."""
    settled = MONEY.normalise({"amount": f"{amount:f}", "currency": "USD"})

    assert Decimal(settled["amount"]) == amount


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"amount": "1.234", "currency": "CNY"}, "money-too-precise"),
        ({"amount": "1.00000001", "currency": "CNY"}, "money-too-precise"),
        ({"amount": "1" * 15, "currency": "CNY"}, "money-out-of-range"),
        ({"amount": "1" * 17, "currency": "CNY"}, "money-invalid"),
        ({"amount": "NaN", "currency": "CNY"}, "money-invalid"),
        ({"amount": "1e3", "currency": "CNY"}, "money-invalid"),
        ({"amount": "1", "currency": "XXX"}, "currency-unknown"),
        ({"amount": "1", "currency": "DEM"}, "currency-unknown"),
        ({"amount": "1", "currency": "cny"}, "currency-unknown"),
        ({"amount": 1, "currency": "CNY"}, "type-string"),
        ({"amount": "1"}, "money-invalid"),
        ({"amount": "1", "currency": "CNY", "note": ""}, "money-invalid"),
        ("12.50", "type-object"),
        ("***", "value-is-mask"),
    ],
)
def test_bad_money_is_refused(value: object, code: str) -> None:
    """Money is refused rather than rounded, guessed or cut."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        MONEY.normalise(value)


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("12.5", "12.50", "CNY"),
        ("1,200", "1200.00", "CNY"),
        ("1，200.5元", "1200.50", "CNY"),
        ("1200万", "12000000.00", "CNY"),
        ("1.2345万元", "12345.00", "CNY"),
        ("￥1.2亿", "120000000.00", "CNY"),
        ("人民币 5元", "5.00", "CNY"),
        ("5 rmb", "5.00", "CNY"),
        ("USD 5", "5.00", "USD"),
        ("300万美元", "3000000.00", "USD"),
        ("-3 EUR", "-3.00", "EUR"),
    ],
)
def test_money_is_read_from_a_cell(cell: str, amount: str, currency: str) -> None:
    """Cells may hold commas, 万 and 亿, and a currency before or after; the default is yuan."""
    assert MONEY.from_text
    assert MONEY.from_text(cell) == {"amount": amount, "currency": currency}


@pytest.mark.parametrize("cell", ["", "$5", "1,20", "CNY 5 USD", "五百", "5万万", "1 2"])
def test_ambiguous_money_is_refused(cell: str) -> None:
    """What could mean two amounts or none is not guessed."""
    assert MONEY.from_text
    with pytest.raises(Invalid):
        MONEY.from_text(cell)
