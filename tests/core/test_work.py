"""Tests of the unit of work: a change and its line go together, and lines follow each other."""

from typing import Any

import pytest

from app.core.problems import NotNow
from app.core.work import Platform, UnitOfWork
from tests.core.works import a_work

KEPT = "select line_id, status from audit_lines where request_id = $1 order by seq"
CLAIM = "insert into claims values ($1, gen_random_uuid())"


async def _kept(work: UnitOfWork) -> list[Any]:
    rows = await work.platform.database.fetch(KEPT, [work.line.request_id])
    return [row["line_id"] for row in rows]


async def test_a_change_and_its_line_stand_together(platform: Platform) -> None:
    """Both are there, and the work knows that its line is."""
    work = a_work(platform)

    async with work.changing() as connection:
        await connection.execute(CLAIM, b"together")

    assert work.settled
    assert await _kept(work) == [work.line.line_id]


async def test_a_change_that_fails_leaves_neither(platform: Platform) -> None:
    """The line goes with what it told of."""
    work = a_work(platform)

    async def fail() -> None:
        async with work.changing() as connection:
            await connection.execute(CLAIM, b"neither")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert not work.settled
    assert await _kept(work) == []
    assert await platform.database.fetch("select 1 from claims where hash = $1", [b"neither"]) == []


async def test_a_held_transaction_is_one(platform: Platform) -> None:
    """Changes within it stand or fall together, also when it is asked for again inside."""
    work = a_work(platform)

    async def fail() -> None:
        async with work.pinned() as outer, work.pinned() as inner:
            assert inner is outer
            async with work.changing() as connection:
                assert connection is outer
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _kept(work) == []


async def test_a_held_transaction_is_let_go_at_the_end(platform: Platform) -> None:
    """What was done within it stands, and the next change is on its own again."""
    work = a_work(platform)

    async with work.pinned() as outer:
        async with work.pinned() as inner, work.changing():
            assert inner is outer
        assert await _kept(work) == []

    assert await _kept(work) == [work.line.line_id]


async def test_each_line_of_a_request_is_kept(platform: Platform) -> None:
    """A further line begins empty, once the one before stands; earlier ones are remembered."""
    work = a_work(platform)
    work.note(["01890000-0000-7000-8000-000000000000"], "customers", {"tier": "read"})
    work.next_line()
    first = work.line
    async with work.changing():
        pass
    work.next_line()

    await work.settle()

    assert work.before == [first]
    assert (work.line.subjects, work.line.shown) == ({}, {})
    assert await _kept(work) == [first.line_id, work.line.line_id]


async def test_what_was_shown_is_noted_by_resource(platform: Platform) -> None:
    """Twice the same record joins, another one stands beside it."""
    work = a_work(platform)

    work.note([], "customers", {"tier": "read"})
    work.note([], "customers", {"phone": "masked"})
    work.note([], "notes", {"text": "read"})

    assert work.line.shown == {
        "customers": {"tier": "read", "phone": "masked"},
        "notes": {"text": "read"},
    }


async def test_a_line_that_cannot_be_written_is_no_line(platform: Platform) -> None:
    """What PostgreSQL refuses is told as NotNow."""
    work = a_work(platform)
    work.line.purpose = "a\0b"

    with pytest.raises(NotNow):
        await work.settle()
    assert await _kept(work) == []
