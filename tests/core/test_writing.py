"""Tests of writing: rows as they are stored, and guarded changes that carry their line."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.core.clock import now
from app.core.sealing import place_of, unseal
from app.core.work import Platform
from app.core.writing import (
    Draft,
    change_statement,
    insert_rows,
    layout_of,
    lookups_of,
    removal_statement,
    stamps,
)
from app.features.customers.models import ContactPoint, Customer
from tests.core.sealings import a_sealing

SEALING = a_sealing()
COLUMNS = ("hash", "kind", "customer_id", "row_id")


def _draft(**values: Any) -> Draft:
    customer_id = UUID(int=1)
    return Draft(Customer, customer_id, customer_id, SEALING.new_key(customer_id)[0], values)


def test_a_row_holds_open_values_plain_and_the_others_sealed() -> None:
    """What is empty makes no envelope; what is not given takes its default."""
    draft = _draft(tier="A", phone="+8613800138000", email=None)

    row = dict(zip(layout_of(Customer).columns, draft.row(), strict=True))

    assert (row["tier"], row["status"], row["city"]) == ("A", "active", None)
    assert row["notes_personal"] is None
    place = place_of("customers", "contact_personal", draft.customer_id, draft.row_id)
    assert unseal(draft.key, place, row["contact_personal"]) == {"phone": "+8613800138000"}
    assert draft.sealed("notes_personal") is None
    assert draft.row() is draft.row()


def test_look_ups_are_of_what_stands_there() -> None:
    """By the kind of the field, or by the member that names it; nothing for nothing."""
    assert lookups_of(Customer, {"phone": "1", "email": None, "tier": "A"}, SEALING) == [
        (SEALING.blind("phone", "1"), "phone")
    ]
    assert lookups_of(ContactPoint, {"type": "email", "value": "x"}, SEALING) == [
        (SEALING.blind("email", "x"), "email")
    ]
    assert lookups_of(ContactPoint, {"value": "x"}, SEALING) == []
    draft = _draft(phone="1")
    assert draft.lookups(SEALING) == [(*draft.pairs(SEALING)[0], UUID(int=1), UUID(int=1))]
    assert draft.pairs(SEALING) is draft.pairs(SEALING)


def test_a_change_keeps_what_was_and_carries_the_line() -> None:
    """In one statement, which does nothing at all when its guard does not hold."""
    text = change_statement(Customer, ("tier",), moves=False).sql
    moving = change_statement(Customer, ("contact_personal",), moves=True).sql
    removal = removal_statement(ContactPoint).sql

    for sql in (text, moving, removal):
        assert "INSERT INTO customer_history" in sql
        assert "INSERT INTO audit_lines" in sql
        assert ".version = $" in sql
    assert "lookups" not in text
    assert "INSERT INTO lookups" in moving
    assert "DELETE FROM lookups" in removal


@pytest.mark.parametrize("count", [0, 1, 49, 50, 200])
async def test_rows_are_inserted_few_or_many(platform: Platform, count: int) -> None:
    """By a statement or by COPY, with the same outcome."""
    kind = f"tested {count}"
    rows = [(bytes([n]), kind, uuid4(), uuid4()) for n in range(count)]

    async with platform.database.transaction() as connection:
        await insert_rows(connection, "lookups", COLUMNS, rows)

    kept = await platform.database.fetch("select * from lookups where kind = $1", [kind])
    assert {tuple(row) for row in kept} == set(rows)


def test_a_new_row_bears_the_same_stamp_twice() -> None:
    """Made and changed at one moment by one actor."""
    at, by = now(), uuid4()

    assert stamps(at, by) == {
        "created_at": at,
        "created_by": by,
        "updated_at": at,
        "updated_by": by,
    }
