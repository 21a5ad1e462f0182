"""Pages of what stands in memory."""

import os

import pytest

from app.core.paging import Asked
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed
from app.core.sealing import Sealing
from app.features.staff.pages import page_of

SEALING = Sealing({1: os.urandom(32)}, os.urandom(32))
ITEMS = [{"code": f"role_{number:03d}", "place": number} for number in (3, 1, 4, 0, 2)]


def asked(**parameters: str) -> Asked:
    """Make a query."""
    return Asked(tuple(parameters.items()))


def test_pages_follow_each_other() -> None:
    """Every item comes once, in order, and the last page says that it is."""
    codes: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = page_of(ITEMS, "code", asked(limit="2", **cursor), SEALING)
        codes += [item["code"] for item in page.items]
        cursor = {"cursor": page.next_cursor or ""}

    assert codes == [f"role_{number:03d}" for number in range(5)]
    assert cursor == {"cursor": ""}


def test_whole_list_needs_no_cursor() -> None:
    """A page that holds all has none after it, also when it is just full."""
    assert page_of(ITEMS, "code", asked(), SEALING).next_cursor is None
    assert page_of(ITEMS, "code", asked(limit="5"), SEALING).next_cursor is None
    assert page_of([], "code", asked(), SEALING).items == []


def test_cursor_outlives_its_item() -> None:
    """A list goes on where it stood although the item there has gone."""
    page = page_of(ITEMS, "code", asked(limit="2"), SEALING)
    rest = [item for item in ITEMS if item["code"] != "role_001"]

    after = page_of(rest, "code", asked(cursor=page.next_cursor or ""), SEALING)

    assert [item["place"] for item in after.items] == [2, 3, 4]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "A" * 200])
def test_foreign_cursor_is_refused(cursor: str) -> None:
    """A cursor that is not ours is none."""
    with pytest.raises(CursorInvalid):
        page_of(ITEMS, "code", asked(cursor=cursor), SEALING)


def test_cursor_of_another_list_is_refused() -> None:
    """A cursor continues the list that it came from, no other."""
    page = page_of(ITEMS, "place", asked(limit="2"), SEALING)

    with pytest.raises(CursorInvalid):
        page_of(ITEMS, "code", asked(cursor=page.next_cursor or ""), SEALING)


def test_count_comes_on_request() -> None:
    """The number of all items is told when it is asked for."""
    assert page_of(ITEMS, "code", asked(limit="1"), SEALING).count is None
    assert page_of(ITEMS, "code", asked(limit="1", count="exact"), SEALING).count == 5


@pytest.mark.parametrize("parameters", [{"limit": "0"}, {"limit": "201"}, {"count": "yes"}])
def test_malformed_parameters_are_refused(parameters: dict[str, str]) -> None:
    """Limits and counts have their values."""
    with pytest.raises(Malformed):
        page_of(ITEMS, "code", asked(**parameters), SEALING)


@pytest.mark.parametrize("name", ["sort", "fields", "password_digest", "code"])
def test_other_parameters_are_refused(name: str) -> None:
    """These lists take no filters and no sorting."""
    with pytest.raises(FieldNotAvailable):
        page_of(ITEMS, "code", asked(**{name: "x"}), SEALING)
