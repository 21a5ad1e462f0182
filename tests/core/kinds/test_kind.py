"""What holds for every kind, whatever it is about."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError, create_model

from app.core import kinds
from app.core.kinds import MESSAGES, Invalid, Kind

OPERATORS = {"eq", "ne", "lt", "lte", "gt", "gte", "in", "any", "all", "null", "prefix"}
KINDS = [found for found in vars(kinds).values() if isinstance(found, Kind)]
KINDS.append(kinds.whole(0, 9))
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

WILD = st.text(st.characters(codec=None), max_size=60)
LIKELY = st.text("0123456789０１+-.@:/()[]?#%¥,万亿元年月日号TZzaxⅣ＠。．＊* \u0130", max_size=24)
TEXTS = WILD | LIKELY | st.emails() | st.dates().map(str) | st.from_regex(r"(http|//|a)[:/.a@0-9]+")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from(
        [
            b"x",
            1j,
            object(),
            Decimal("NaN"),
            uuid.UUID(int=1),
            date.min,
            datetime.max.replace(tzinfo=UTC),
        ]
    )
    | st.datetimes(timezones=st.timezones() | st.none())
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def tried(read: Callable[[Any], object], value: object) -> object:
    """Return the stored value, or None when it is refused by a code that has a message."""
    try:
        return read(value)
    except Invalid as refusal:
        if refusal.code not in MESSAGES:
            raise
        return None


@every_kind
@settings(deadline=None, max_examples=50)
@given(value=ANYTHING)
def test_any_value_is_accepted_or_refused(kind: Kind, value: object) -> None:
    """Whatever Python can hold is normalised for good, also by way of JSON, or refused."""
    stored = tried(kind.normalise, value)

    if stored is not None:
        assert kind.normalise(stored) == stored
        assert kind.normalise(orjson.loads(orjson.dumps(stored, default=str))) == stored


@every_kind
@settings(deadline=None, max_examples=50)
@given(cell=TEXTS)
def test_any_cell_is_accepted_or_refused(kind: Kind, cell: str) -> None:
    """Whatever a spreadsheet holds is read for good, or refused."""
    stored = tried(kind.from_text or kind.normalise, cell)

    if stored is not None:
        assert kind.normalise(stored) == stored


@every_kind
def test_example_is_its_own_wire_form(kind: Kind) -> None:
    """The example is accepted, and what is stored of it reads as the example again."""
    stored = kind.normalise(kind.example)

    assert orjson.loads(orjson.dumps(stored, default=str, option=orjson.OPT_UTC_Z)) == kind.example


@every_kind
def test_mask_is_refused_as_input(kind: Kind) -> None:
    """A client that sends back what it was shown masked cannot overwrite the value."""
    mask = kind.mask(kind.normalise(kind.example))

    with pytest.raises(Invalid, match=r"^value-is-mask$"):
        kind.normalise(mask)


@every_kind
def test_mask_hides_the_example(kind: Kind) -> None:
    """A mask is not the value and does not contain it."""
    stored = kind.normalise(kind.example)

    mask = kind.mask(stored)

    assert "**" in mask
    assert str(kind.example) not in mask


@every_kind
def test_kind_tells_operators_and_serves_as_key(kind: Kind) -> None:
    """Operators are those of the contract, and a kind can key a table of compiled questions."""
    assert kind.operators <= OPERATORS
    assert "null" in kind.operators
    assert {kind: 1}[kind] == 1


def a_model(kind: Kind) -> type[BaseModel]:
    """Make an input with one member of a kind."""
    return create_model("Input", member=(kind.annotation, ...))


def test_annotation_normalises_and_describes() -> None:
    """A pydantic input takes the normalised value and shows the schema of the kind."""
    model = a_model(kinds.PHONE)

    assert model.model_validate({"member": "138 0000 0000"}).model_dump() == {
        "member": "+8613800000000"
    }
    assert model.model_json_schema()["properties"]["member"]["format"] == "phone"


def test_annotation_refuses_by_code() -> None:
    """A pydantic input refuses with the stable code and the English sentence."""
    with pytest.raises(ValidationError) as refused:
        a_model(kinds.MONEY).model_validate({"member": {"amount": "x"}})

    (error,) = refused.value.errors()
    assert error["type"] == "money-invalid"
    assert error["msg"] == MESSAGES["money-invalid"][0]


def test_timestamp_is_aware_and_in_utc() -> None:
    """What a kind of moment stores is comparable with the clock."""
    assert kinds.TIMESTAMP.normalise("2026-01-05T08:30:00Z") == datetime(
        2026, 1, 5, 8, 30, tzinfo=UTC
    )
