"""Loading in somebody's name: with that user's rights and reach, and no more."""

from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from app.core.access import Actor, ActorKind, an_actor
from app.core.clock import new_id
from app.core.problems import FieldNotAvailable, FieldReadOnly, NotPermitted
from tests.features.exchange.conftest import Load
from tests.features.exchange.lines import last, lines
from tests.features.exchange.tables import a_sheet


def somebody(department: UUID, *scopes: str) -> Actor:
    """Return a job in the name of a user of the department."""
    return an_actor(
        ActorKind.JOB,
        new_id(),
        scopes=("customers:write", "identity:write", "classes:write", *scopes),
        department_id=department,
        departments=[department],
    )


async def test_hidden_column_refuses_the_table(
    load: Load, owner: asyncpg.Connection, department: UUID
) -> None:
    """In a user's name only the user's fields are written: else nothing at all, on record."""
    seq, table = await last(owner), (("姓名", "手机"), ("朱一", "13900000051"))

    with pytest.raises(FieldNotAvailable):
        await load(a_sheet(*table), actor=somebody(department))

    (line,) = await lines(owner, seq)
    assert (line["status"], line["subjects"]) == (422, [])


async def test_read_only_column_refuses_the_table(load: Load, department: UUID) -> None:
    """A field that may only be read is not written either."""
    with pytest.raises(FieldReadOnly):
        await load(
            a_sheet(("姓名", "手机"), ("朱二", "13900000052")),
            actor=somebody(department, "contact:read"),
        )


async def test_derived_kind_needs_the_right_to_write_it(load: Load, department: UUID) -> None:
    """Whoever may not say of which kind a customer is opens none, whatever the name tells."""
    scopes = ["customers:write", "identity:write", "classes:read"]
    actor = an_actor(ActorKind.JOB, new_id(), scopes=scopes, department_id=department)

    tally = await load(
        a_sheet(("姓名",), ("朱四",)), actor=replace(actor, departments=(department,))
    )

    assert tally.codes == {"field-read-only": 1}


async def test_loading_needs_the_right_to_write(load: Load, department: UUID) -> None:
    """Whoever may not open customers by hand may not load them."""
    reader = an_actor(ActorKind.JOB, new_id(), scopes=["identity:write"])

    with pytest.raises(NotPermitted):
        await load(a_sheet(("姓名",), ("朱三",)), actor=reader)


async def test_customer_out_of_reach_is_not_changed(load: Load, department: UUID) -> None:
    """A number that stands elsewhere is taken; no more is said."""
    table = (("编号", "姓名"), ("O1", "秦一"))
    await load(a_sheet(*table))
    stranger = somebody(new_id(), "external:write")

    tally = await load(a_sheet(("编号", "姓名"), ("O1", "秦二")), actor=stranger)

    assert tally.codes == {"external-id-taken": 1}


async def test_department_out_of_reach_is_refused(load: Load, department: UUID) -> None:
    """Nobody puts a customer where they do not reach."""
    lost = replace(somebody(department), department_id=new_id())

    tally = await load(a_sheet(("姓名",), ("秦三",)), actor=lost)

    assert tally.codes == {"department-not-available": 1}
