"""Numbers: whole ones, yes or no, and money."""

import re
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, Boolean, Integer
from sqlalchemy.dialects.postgresql import JSONB

from app.core.kinds.characters import folded, wire_text, wrong_type
from app.core.kinds.decimals import currencies
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import EQUALITY, ORDERED, PRESENCE, Kind, stars

_EXACT: Final = 2**53  # beyond this a JSON number read as float is not the number that was sent
_INT32: Final = 2**31
_INT64: Final = 2**63
_WHOLE_CELL: Final = re.compile(r"([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+))(?:\.0+)?")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,8})?")
_MONEY_CELL: Final = re.compile(
    r"(?:(?P<before>[A-Z]{3}|¥|人民币) ?)?"
    r"(?P<amount>-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?) ?"
    r"(?P<unit>[万亿]?) ?(?P<after>[A-Z]{3}|[美港欧日]?元)?"
)
_SIGNS: Final = {
    "RMB": "CNY",
    "¥": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "美元": "USD",
    "港元": "HKD",
    "欧元": "EUR",
    "日元": "JPY",
}
_UNITS: Final = {"": 1, "万": 10_000, "亿": 100_000_000}
_LONGEST_AMOUNT: Final = 16
_CENT: Final = Decimal("0.01")
_YES: Final = frozenset({"是", "有", "对", "√", "yes", "y", "true", "t", "1"})
_NO: Final = frozenset({"否", "无", "不", "×", "no", "n", "false", "f", "0"})


def whole(minimum: int = -_INT64, maximum: int = _INT64 - 1) -> Kind:
    """Make a kind of whole number within bounds, both included."""

    def normalise(value: object) -> int:
        number = _integer(value)
        if not minimum <= number <= maximum:
            raise Invalid("number-out-of-range")
        return number

    def from_text(cell: str) -> int:
        number = _WHOLE_CELL.fullmatch(folded(cell, 40))
        if not number:
            raise Invalid("number-invalid")
        return normalise(int(number[1].replace(",", "")))

    fits = minimum >= -_INT32 and maximum < _INT32
    return Kind(
        name="whole-number",
        column=Integer() if fits else BigInteger(),
        schema={"type": "integer", "minimum": minimum, "maximum": maximum},
        example=min(max(minimum, 12), maximum),
        normalise=normalise,
        mask=stars,
        operators=ORDERED,
        from_text=from_text,
    )


def _integer(value: object) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(value, "type-integer")
    return int(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(value, "type-boolean")
    return value


def _boolean_cell(cell: str) -> bool:
    word = folded(cell, 10).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Invalid("boolean-invalid")


def _money(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise wrong_type(value, "type-object")
    if set(value) != {"amount", "currency"}:
        raise Invalid("money-invalid")
    return _settled(wire_text(value["amount"]), wire_text(value["currency"]), 1)


def _settled(amount: str, currency: str, unit: int) -> dict[str, str]:
    """Bring an amount to two places; it is refused rather than rounded."""
    if not _AMOUNT.fullmatch(amount):
        raise Invalid("money-invalid")
    if currency not in currencies():
        raise Invalid("currency-unknown")
    exact = Decimal(amount) * unit
    settled = exact.quantize(_CENT)
    if settled != exact:
        raise Invalid("money-too-precise")
    if len(settled.as_tuple().digits) > _LONGEST_AMOUNT:
        raise Invalid("money-out-of-range")
    return {"amount": str(abs(settled) if settled == 0 else settled), "currency": currency}


def _money_cell(cell: str) -> dict[str, str]:
    """Read `12.5`, `1,200`, `1200万元`, `¥1.2亿` or `USD 5`; without a currency it is yuan."""
    money = _MONEY_CELL.fullmatch(folded(cell, 60).upper())
    if not money:
        raise Invalid("money-invalid")
    signs = {_SIGNS.get(sign, sign) for sign in (money["before"], money["after"]) if sign}
    if len(signs) > 1:
        raise Invalid("money-invalid")
    currency = signs.pop() if signs else "CNY"
    return _settled(money["amount"].replace(",", ""), currency, _UNITS[money["unit"]])


BOOLEAN: Final = Kind(
    name="boolean",
    column=Boolean(),
    schema={"type": "boolean"},
    example=True,
    normalise=_boolean,
    mask=stars,
    operators=EQUALITY,
    from_text=_boolean_cell,
)
MONEY: Final = Kind(
    name="money",
    column=JSONB(),
    schema={
        "type": "object",
        "properties": {
            "amount": {"type": "string", "pattern": r"^-?[0-9]{1,14}(\.[0-9]{1,2})?$"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "required": ["amount", "currency"],
        "additionalProperties": False,
    },
    example={"amount": "12.50", "currency": "CNY"},
    normalise=_money,
    mask=stars,
    operators=PRESENCE,
    from_text=_money_cell,
)
