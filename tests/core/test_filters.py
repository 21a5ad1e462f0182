"""Tests of filters: every name passes the policy, every value its kind, and nothing is a crash."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.access import policy_of
from app.core.filters import (
    DEEPEST,
    EVERYTHING,
    MOST_LEAVES,
    MOST_NODES,
    MOST_VALUES,
    Branch,
    FilterReader,
    Leaf,
    condition,
    names_in,
    shape_of,
    values_of,
)
from app.core.problems import (
    FieldNotAvailable,
    Malformed,
    OperatorNotAvailable,
    Problem,
    TooLarge,
)
from app.core.statements import compile_statement
from app.features.customers.models import Customer
from tests.core.sealings import a_sealing

SEALING = a_sealing()
GRADES = {
    "classes:read",
    "trade:read",
    "record:read",
    "contact:masked",
    "region:read",
    "links:read",
}
READER = policy_of(frozenset(GRADES))
OPERATORS = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "any", "all", "null", "prefix", "like", ""]
NAMES = [*Customer.fields, "nickname", "", "withheld", "version", "name_tokens", "contact_personal"]
LEAF = {"field": "tier", "op": "eq", "value": "A"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
LEAVES = st.fixed_dictionaries(
    {"field": st.sampled_from(NAMES)},
    optional={"op": st.sampled_from(OPERATORS) | JSON, "value": JSON, "more": JSON},
)
TREES = st.recursive(
    LEAVES | JSON,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts})
        | st.lists(inner, max_size=3).map(lambda parts: {"any": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=8,
)


def _read(tree: Any, **options: bool) -> Any:
    return FilterReader(Customer, READER, **options).from_tree(tree)


def _query(**pairs: str) -> Branch:
    named = [(name.replace("__", "."), value) for name, value in pairs.items()]
    return FilterReader(Customer, READER).from_query(named)


@given(TREES)
def test_any_tree_is_read_or_refused(tree: Any) -> None:
    """Whatever tree comes in, there is a statement with its values, or a 4xx."""
    try:
        read = _read(tree, lookups=True)
    except Problem as refused:
        assert refused.status in {413, 422}  # noqa: PT017 - either outcome is right
        return
    table = Customer.table
    statement = compile_statement(table.select().where(condition(Customer, shape_of(read), [0])))
    assert set(values_of(Customer, read, SEALING)) == set(statement.order)


@given(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=9), st.text(max_size=9))))
def test_any_query_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Whatever stands in an address, there is a filter or a 4xx."""
    for operator in OPERATORS:
        named = [(f"{name}.{operator}", value) for name, value in pairs]
        try:
            FilterReader(Customer, READER).from_query(named)
        except Problem as refused:
            assert refused.status in {413, 422}  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("field", "op", "refusal"),
    [
        ("nickname", "eq", FieldNotAvailable),
        ("name", "eq", FieldNotAvailable),
        ("version", "eq", FieldNotAvailable),
        ("phone", "eq", OperatorNotAvailable),
        ("phone", "prefix", OperatorNotAvailable),
        ("phone", "null", OperatorNotAvailable),
        ("tier", "lt", OperatorNotAvailable),
        ("tier", "like", OperatorNotAvailable),
        ("created_at", "prefix", OperatorNotAvailable),
    ],
)
def test_what_cannot_be_compared_that_way(field: str, op: str, refusal: type[Exception]) -> None:
    """Hidden names are unknown; masked ones are looked up whole, in search only."""
    with pytest.raises(refusal):
        _read({"field": field, "op": op, "value": "x"})


@pytest.mark.parametrize("op", sorted({"eq", "ne", "in", "null", "prefix", "lt", "any"} - {"eq"}))
def test_a_masked_value_is_looked_up_whole_only(op: str) -> None:
    """In search a masked phone is compared by equality and in no other way."""
    assert _read({"field": "phone", "value": "138 0013 8000"}, lookups=True) == Leaf(
        "phone", "eq", "+8613800138000"
    )
    with pytest.raises(OperatorNotAvailable):
        _read({"field": "phone", "op": op, "value": "138"}, lookups=True)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "tier",
        1,
        {},
        {"all": {}},
        {"any": None},
        {"not": []},
        {"xor": []},
        {"all": [], "any": []},
        {"field": "tier", "op": "eq", "value": "A", "more": 1},
        {"field": 1},
        {"field": None, "value": "A"},
        {"field": "tier", "op": 1, "value": "A"},
        {"field": "tier", "op": None},
        {"field": "tier"},
        {"field": "tier", "value": None},
        {"field": "tier", "value": ["A"]},
        {"field": "tier", "op": "in", "value": "A"},
        {"field": "tier", "op": "in", "value": [["A"]]},
        {"field": "tier", "op": "in", "value": ["A"] * (MOST_VALUES + 1)},
        {"field": "tier", "op": "null", "value": "perhaps"},
        {"field": "tier", "op": "null", "value": 1},
        {"field": "city", "op": "prefix", "value": ""},
        {"field": "city", "op": "prefix", "value": 1},
        {"field": "created_at", "op": "lt", "value": "yesterday"},
        {"field": "created_at", "op": "lt", "value": 2**80},
        {"field": "owner_id", "value": "1"},
    ],
)
def test_a_tree_that_will_not_do_is_malformed(tree: Any) -> None:
    """Forms and values are checked, and the pointer tells where."""
    policy = policy_of(frozenset({*GRADES, "ownership:read"}))

    with pytest.raises(Malformed) as refused:
        FilterReader(Customer, policy).from_tree({"all": [LEAF, tree]})

    assert refused.value.faults[0].pointer.startswith("/filter/all/1")


def test_a_tree_has_a_depth() -> None:
    """Deeper than eight is too large."""
    tree: Any = LEAF
    for _ in range(DEEPEST):
        tree = {"not": tree}

    assert names_in(_read(tree)) == {"tier"}
    with pytest.raises(TooLarge):
        _read({"not": tree})


@pytest.mark.parametrize("joint", ["all", "any"])
def test_a_tree_has_a_size(joint: str) -> None:
    """Neither many comparisons nor many empty branches make a statement without an end."""
    assert _read({joint: [LEAF] * MOST_LEAVES})
    with pytest.raises(TooLarge):
        _read({joint: [LEAF] * (MOST_LEAVES + 1)})
    with pytest.raises(TooLarge):
        _read({joint: [{"all": []}] * MOST_NODES})


def test_a_query_has_a_size() -> None:
    """The same holds for an address."""
    with pytest.raises(TooLarge):
        FilterReader(Customer, READER).from_query([("tier", "A")] * (MOST_LEAVES + 1))


def test_a_query_is_a_conjunction() -> None:
    """Names with operators become comparisons, lists are split at commas."""
    assert _query(
        tier="A", city__in="上海,北京", source__null="true", city__prefix="上_%\\"
    ) == Branch(
        "all",
        (
            Leaf("tier", "eq", "A"),
            Leaf("city", "in", ["上海", "北京"]),
            Leaf("source", "null", value=True),
            Leaf("city", "prefix", "上\\_\\%\\\\%"),
        ),
    )


def _sql(tree: Mapping[str, Any]) -> str:
    shape = shape_of(_read(tree, lookups=True))
    return compile_statement(Customer.table.select().where(condition(Customer, shape, [0]))).sql


@pytest.mark.parametrize(
    ("op", "value", "part"),
    [
        ("eq", "A", "tier = $1"),
        ("ne", "A", "tier IS DISTINCT FROM $1"),
        ("in", ["A"], "tier = ANY ($1"),
        ("null", True, "tier IS NULL"),
        ("null", False, "tier IS NOT NULL"),
    ],
)
def test_each_operator_is_its_own_condition(op: str, value: Any, part: str) -> None:
    """Values are bound, never written into the text."""
    assert part in _sql({"field": "tier", "op": op, "value": value})


@pytest.mark.parametrize(("op", "sign"), [("lt", "<"), ("lte", "<="), ("gt", ">"), ("gte", ">=")])
def test_ranges_are_conditions_of_what_has_an_order(op: str, sign: str) -> None:
    """Moments are compared by range."""
    tree = {"field": "created_at", "op": op, "value": "2026-01-01T00:00:00Z"}

    assert f"created_at {sign} $1" in _sql(tree)


def test_branches_are_joined() -> None:
    """`all`, `any` and `not` nest; nothing at all holds for everything."""
    tree = {"any": [{"all": [LEAF, {"field": "kind", "value": "person"}]}, {"not": LEAF}]}

    text = _sql(tree)

    assert " ".join(text.split("WHERE ")[1].replace("::VARCHAR", "").split()) == (
        "customers.tier = $1 AND customers.kind = $2 OR (customers.tier = $3) IS NOT true"
    )
    assert "WHERE true" in _sql({"all": []})
    assert "WHERE false" in _sql({"any": []})


def test_equal_shapes_share_one_text() -> None:
    """Only the values differ, so a statement is compiled once."""
    other = {**LEAF, "value": "B"}

    assert shape_of(_read(LEAF)) == shape_of(_read(other))
    assert values_of(Customer, _read(other), SEALING) == {"f1": "B"}
    assert names_in(EVERYTHING) == set()


def test_a_look_up_binds_a_hash() -> None:
    """The number itself never reaches the database."""
    read = _read({"field": "phone", "value": "0086 138-0013-8000"}, lookups=True)

    assert values_of(Customer, read, SEALING) == {"f1": SEALING.blind("phone", "+8613800138000")}
    assert "lookups.kind = $2" in _sql({"field": "phone", "value": "13800138000"})
