"""The rules of pools, one by one; written only within a change of the staff."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.pooling import POOL_COLUMNS, POOLS, Pool
from app.core.problems import NotFound
from app.core.statements import compile_statement
from app.core.work import UnitOfWork

IS_THIS: Final = (
    POOLS.c.pool_id == bindparam("this_id", type_=Uuid),
    POOLS.c.ended_at.is_(None),
)
FIXED: Final = frozenset({"pool_id", "department_id", "counts_from"})
ONE: Final = compile_statement(select(*POOL_COLUMNS).where(*IS_THIS))
OPEN: Final = compile_statement(
    insert(POOLS)
    .values({c.name: bindparam(c.name) for c in (*POOL_COLUMNS, POOLS.c.made_at, POOLS.c.made_by)})
    .on_conflict_do_nothing(
        index_elements=[POOLS.c.department_id], index_where=text("ended_at is null")
    )
    .returning(POOLS.c.pool_id)
)
SAVE: Final = compile_statement(
    update(POOLS)
    .where(*IS_THIS)
    .values({c.name: bindparam(c.name, type_=c.type) for c in POOL_COLUMNS if c.name not in FIXED})
)
END: Final = compile_statement(
    update(POOLS)
    .where(*IS_THIS)
    .values(
        ended_at=bindparam("at", type_=DateTime(timezone=True)),
        ended_by=bindparam("by", type_=Uuid),
    )
    .returning(POOLS.c.pool_id)
)


class PoolRepository:
    """Reads and writes the rules of pools that have not ended."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def get(self, pool_id: UUID) -> Pool:
        """Return a pool, or raise NotFound."""
        rows = await self._work.fetch(ONE, {"this_id": pool_id})
        if not rows:
            raise NotFound
        return Pool(*rows[0])

    async def open(self, pool: Pool) -> bool:
        """Open a pool; False when its department has one."""
        made: dict[str, Any] = {"made_at": now(), "made_by": self._work.actor.actor_id}
        return bool(await self._work.fetch(OPEN, {**asdict(pool), **made}))

    async def save(self, pool: Pool) -> None:
        """Put a pool's rules back as they are now."""
        await self._work.fetch(SAVE, {**asdict(pool), "this_id": pool.pool_id})

    async def end(self, pool_id: UUID, at: Any) -> bool:
        """End a pool; False when somebody else has."""
        params = {"this_id": pool_id, "at": at, "by": self._work.actor.actor_id}
        return bool(await self._work.fetch(END, params))
