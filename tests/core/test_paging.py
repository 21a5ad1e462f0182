"""Tests of paging: what may be sorted and counted, and the keyset condition of the next page."""

from typing import Any

import pytest

from app.core.access import policy_of
from app.core.cursors import write_cursor
from app.core.filters import EVERYTHING
from app.core.paging import (
    MOST,
    MOST_KEYS,
    USUAL,
    Asked,
    Order,
    build_page,
    digest_of,
    read_limit,
    read_order,
)
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, OperatorNotAvailable
from app.core.sealing import Sealing
from app.features.customers.models import Customer, OrganizationProfile
from tests.core.sealings import a_sealing

SEALING: Sealing = a_sealing()
READER = policy_of(frozenset({"classes:read", "identity:masked", "trade:read", "record:read"}))
ALL = policy_of(frozenset({"business:read", "registration:read", "record:read", "reach:all"}))


@pytest.mark.parametrize(
    ("given", "limit"), [(None, USUAL), ("1", 1), ("200", MOST), (7, 7), ("007", 7)]
)
def test_a_limit_is_read(given: str | int | None, limit: int) -> None:
    """Fifty unless asked otherwise."""
    assert read_limit(given) == limit


@pytest.mark.parametrize(
    "given",
    [
        "0",
        "201",
        "-1",
        "1.5",
        "1e2",
        "",
        " 1",
        "1 ",
        "٣",
        "²",
        "000001000",
        "1" * 5000,
        "0x10",
        "1_0",
    ],
)
def test_any_other_limit_is_refused(given: str) -> None:
    """No spelling gets around the largest page."""
    with pytest.raises(Malformed):
        read_limit(given)


def test_a_sort_ends_with_the_records_own_id() -> None:
    """So that no two rows stand in the same place."""
    assert read_order(Customer, READER, None) == (Order("customer_id", descending=True),)
    assert read_order(Customer, READER, "-tier") == (
        Order("tier", descending=True),
        Order("customer_id", descending=True),
    )
    assert read_order(Customer, READER, "customer_id") == (Order("customer_id", descending=False),)


@pytest.mark.parametrize(
    ("sort", "refusal"),
    [
        ("nickname", FieldNotAvailable),
        ("", None),
        (",", FieldNotAvailable),
        ("tier,", FieldNotAvailable),
        ("--tier", FieldNotAvailable),
        ("TIER", FieldNotAvailable),
        ("tier desc", FieldNotAvailable),
        ("tier;drop table customers", FieldNotAvailable),
        ("phone", FieldNotAvailable),
        ("name", OperatorNotAvailable),
        ("index_letter", None),
        ("tier,-tier", Malformed),
        ("tier,kind,status,nature,channel,source", Malformed),
    ],
)
def test_only_what_is_seen_in_clear_is_sorted(sort: str, refusal: type[Exception] | None) -> None:
    """Hidden names are refused like unknown ones, masked ones as not sortable."""
    if refusal is None:
        assert read_order(Customer, READER, sort)
        return
    with pytest.raises(refusal):
        read_order(Customer, READER, sort)


def test_what_has_no_order_is_not_sorted() -> None:
    """Money has two currencies, and so no order."""
    with pytest.raises(OperatorNotAvailable):
        read_order(OrganizationProfile, ALL, "assets")


def test_a_sort_has_few_keys() -> None:
    """Each key makes the condition of the next page longer."""
    names = ["tier", "kind", "status", "nature", "channel"]

    assert len(read_order(Customer, READER, ",".join(names))) == MOST_KEYS + 1


@pytest.mark.parametrize("count", ["all", "EXACT", ""])
def test_only_known_ways_of_counting(count: str) -> None:
    """Rows are counted exactly or by estimate."""
    with pytest.raises(Malformed):
        build_page(Customer, READER, filters=EVERYTHING, count=count)


def test_a_parameter_is_given_once() -> None:
    """Which of two was meant is not guessed."""
    with pytest.raises(Malformed):
        Asked((("limit", "1"), ("limit", "2"))).one("limit")


def test_a_query_may_name_nothing_else() -> None:
    """Names that do nothing are refused, not passed over."""
    asked = Asked((("fields", "tier"), ("tier", "A")))

    assert Asked((("fields", "tier"),)).only("fields").words("fields") == ["tier"]
    with pytest.raises(FieldNotAvailable) as refused:
        asked.only("fields", "include")
    assert refused.value.members["names"] == ["tier"]


def test_fields_are_admitted() -> None:
    """Every name of `fields` passes the policy."""
    assert Asked((("fields", "tier,kind"),)).names(Customer, READER) == frozenset({"tier", "kind"})
    assert Asked((("fields", ""),)).names(Customer, READER) is None
    with pytest.raises(FieldNotAvailable):
        Asked((("fields", "tier,phone"),)).names(Customer, READER)


@pytest.mark.parametrize("position", [[], ["A"], ["A", "x"], ["Z", None], [1, 2], [None, {"a": 1}]])
def test_a_cursor_with_a_position_that_does_not_fit_is_refused(position: list[Any]) -> None:
    """Even one that bears our MAC: a kind may have changed between two releases."""
    order = read_order(Customer, READER, "tier")
    cursor = write_cursor(SEALING, digest_of(Customer, EVERYTHING, order), position)

    page = build_page(Customer, READER, filters=EVERYTHING, sort="tier")

    with pytest.raises(CursorInvalid):
        page.continued(cursor, SEALING)
