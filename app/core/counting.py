"""Counting: how many rows a list has, exactly or as the planner expects, never beyond reach."""

from sqlalchemy import func, literal_column, select

from app.core.access import Policy
from app.core.fields import Field
from app.core.filters import Shape, condition
from app.core.permissions import Permission
from app.core.reach import within_reach
from app.core.reading import reach_of
from app.core.records import Record
from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement


@remembered(512)
def count_statement(
    record: type[Record],
    policy: Policy,
    shape: Shape,
    used: tuple[Field, ...],
    act: Permission | None = None,
) -> Statement:
    """Count what the actor would be shown, reach and filters included."""
    table = record.table
    counted = select(func.count()).select_from(table).where(condition(record, shape, [0]))
    needed = reach_of(record, policy, used, act)
    return compile_statement(within_reach(counted, table, policy, *needed))


@remembered(512)
def estimate_statement(record: type[Record], shape: Shape) -> Statement:
    """Ask the planner how many rows it expects."""
    rows = compile_statement(
        select(literal_column("1")).select_from(record.table).where(condition(record, shape, [0]))
    )
    return Statement(f"explain (format json) {rows.sql}", rows.order, rows.fixed)
