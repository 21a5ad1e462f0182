"""Moving: open members of many records set at once, each row kept as it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.clock import new_id
from app.core.reading import as_it_is
from app.core.records import HISTORY, Record
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork


@remembered(16)
def picking_statement(record: type[Record], name: str) -> Statement:
    """Compile the choice of the next customers with a value; they stay locked, in id order."""
    table = record.table
    asked = (
        select(table.c.customer_id)
        .where(table.c[name] == bindparam("old", type_=table.c[name].type))
        .order_by(table.c.customer_id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update()
    )
    return compile_statement(asked)


@remembered(16)
def counting_statement(record: type[Record], name: str) -> Statement:
    """Compile the count of the customers with a value."""
    table = record.table
    value = bindparam("old", type_=table.c[name].type)
    return compile_statement(select(func.count()).select_from(table).where(table.c[name] == value))


@remembered(16)
def moving_statement(record: type[Record], names: tuple[str, ...]) -> Statement:
    """Compile the change of locked rows, which keeps each as it was in the history."""
    table = record.table
    given = _given()
    changed = (
        update(table)
        .where(table.c.customer_id == any_of("ids"))
        .values(
            {
                "version": table.c.version + 1,
                **{name: bindparam(f"set_{name}", type_=table.c[name].type) for name in names},
                "updated_at": bindparam("at", type_=DateTime(timezone=True)),
                "updated_by": bindparam("by", type_=Uuid),
            }
        )
        .returning(table.c.customer_id)
        .cte("changed")
    )
    return compile_statement(
        select(func.count()).select_from(changed).add_cte(_kept(record, given))
    )


def _given() -> Any:
    """Pair the customers with the ids of their entries in the history."""
    ids = bindparam("ids", type_=ARRAY(Uuid))
    history_ids = bindparam("history_ids", type_=ARRAY(Uuid))
    pairs = func.unnest(ids, history_ids).table_valued("customer_id", "history_id")
    return pairs.render_derived(name="given")


def _kept(record: type[Record], given: Any) -> CTE:
    was = as_it_is(record).where(record.table.c.customer_id == any_of("ids")).cte("was")
    rows = select(
        was.c.customer_id,
        given.c.history_id,
        bindparam("resource", record.resource, type_=Text),
        was.c.customer_id,
        was.c.version,
        bindparam("at", type_=DateTime(timezone=True)),
        bindparam("by", type_=Uuid),
        func.to_jsonb(literal_column("was")),
    ).select_from(was.join(given, given.c.customer_id == was.c.customer_id))
    return insert(HISTORY).from_select(list(HISTORY.c.keys()), rows).cte("kept")


async def move(
    work: UnitOfWork, record: type[Record], ids: list[UUID], values: Mapping[str, Any], at: datetime
) -> None:
    """Set members of locked records; to be asked within the transaction that locked them."""
    params = {
        "ids": ids,
        "history_ids": [new_id() for _ in ids],
        "at": at,
        "by": work.actor.actor_id,
        **{f"set_{name}": value for name, value in values.items()},
    }
    await work.fetch(moving_statement(record, tuple(sorted(values))), params)
    work.line.note_subjects(map(str, ids))
    work.line.changed.update(dict.fromkeys(values))
