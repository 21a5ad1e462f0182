"""Statements: compiled once for the driver, and looked up by index where that matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, Table, any_, bindparam, literal_column, select
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import LateralFromClause

from app.core.records import CUSTOMER_KEYS

DIALECT: Final = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own


@dataclass(frozen=True, slots=True)
class Statement:
    """Compiled SQL for the driver: its text, the order of its parameters, its fixed values."""

    sql: str
    order: tuple[str, ...]
    fixed: Mapping[str, Any]

    def args(self, params: Mapping[str, Any]) -> list[Any]:
        """Put the parameters into the order that the text numbers them in."""
        fixed = self.fixed
        return [params[name] if name in params else fixed[name] for name in self.order]


def compile_statement(statement: ClauseElement) -> Statement:
    """Compile a Core statement for the driver, once."""
    compiled = statement.compile(dialect=DIALECT)
    return Statement(
        compiled.string,
        tuple(compiled.positiontup or ()),  # type: ignore[attr-defined]  # public, untyped
        {name: value for name, value in compiled.params.items() if value is not None},
    )


def any_of(name: str, kind: Any = UuidType) -> Any:
    """Compare with a list of values in one parameter, so that the text stays the same."""
    return any_(bindparam(name, type_=ARRAY(kind)))


def key_of_each(table: Table) -> LateralFromClause:
    """Return the wrapped keys to join to rows of a table, to be looked up row by row.

    Without the barrier PostgreSQL may merge both tables from their ends: a page behind 50,000
    others then walks as many keys (4 ms instead of 0.3).
    """
    keys = select(CUSTOMER_KEYS.c.wrapping_key, CUSTOMER_KEYS.c.wrapped)
    same = CUSTOMER_KEYS.c.customer_id == table.c.customer_id
    return keys.where(same).offset(literal_column("0", Integer)).lateral("keys")
