"""Tests of views: the bytes of an answer, and the ETag of what the actor sees."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.core.problems import NotFound
from app.core.views import Listed, Nothing, Plain, Shown, dump, etag_of, render

VALUES: dict[str, Any] = {
    "customer_id": UUID(int=1),
    "at": datetime(2026, 1, 5, 8, 30, tzinfo=UTC),
    "on": date(2026, 1, 5),
    "name": "张伟",
    "withheld": orjson.Fragment(b"{}"),
}


def test_values_are_written_in_their_wire_form() -> None:
    """Times in UTC with Z, days and ids as text."""
    assert orjson.loads(dump(VALUES)) == {
        "customer_id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-01-05T08:30:00Z",
        "on": "2026-01-05",
        "name": "张伟",
        "withheld": {},
    }


def test_an_etag_is_strong_and_of_the_values_alone() -> None:
    """What comes with a record does not change its ETag, but makes the answer more than it."""
    plain, more = render(Shown(VALUES)), render(Shown(VALUES, extra={"notes": []}))

    assert plain.etag == more.etag == etag_of(VALUES)
    assert plain.etag != etag_of({**VALUES, "name": "李娜"})
    assert (plain.etag or "")[0] == (plain.etag or "")[-1] == '"'
    assert (plain.is_whole, more.is_whole) == (True, False)
    assert orjson.loads(more.body)["notes"] == []


def test_a_sparse_answer_has_no_etag() -> None:
    """It is no state that a change could start from."""
    assert render(Shown(VALUES, tagged=False)).etag is None


def test_an_answer_names_where_its_record_is() -> None:
    """The location goes with it."""
    assert render(Shown(VALUES, location="/v1/x")).location == "/v1/x"


@pytest.mark.parametrize(("cursor", "more"), [(None, False), ("abc", True)])
def test_a_page_says_whether_there_is_more(cursor: str | None, *, more: bool) -> None:
    """A count only where there is one, and what a list adds of its own."""
    page = orjson.loads(render(Listed([], cursor, extra={"since": 1})).body)
    counted = orjson.loads(render(Listed([], cursor, count=0)).body)

    assert page == {"items": [], "next_cursor": cursor, "has_more": more, "since": 1}
    assert counted["count"] == 0


def test_a_problem_in_a_list_is_written_by_who_knows_the_language() -> None:
    """What is no JSON goes to the given writer."""
    body = render(Listed([{"problem": NotFound()}]), lambda value: type(value).__name__).body

    assert orjson.loads(body)["items"] == [{"problem": "NotFound"}]


def test_other_answers_are_what_they_are() -> None:
    """Text with its type, and nothing at all."""
    assert render(Plain(b"x", "text/plain")).media_type == "text/plain"
    assert render(Nothing()).body == b""
