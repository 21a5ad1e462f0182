"""Questions to the audit; the lines of a page are found first, and only then read whole."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, select

from app.core.access import Policy
from app.core.permissions import Permission
from app.core.problems import NotFound
from app.core.reach import any_holds, within_reach
from app.core.records import CUSTOMER_KEYS, metadata
from app.core.sealing import WrappedKey
from app.core.statements import Statement, compile_statement
from app.core.verification import Newest, Proof, Report, verify
from app.core.work import UnitOfWork

# What a question may be narrowed by; each {} is the parameter of that name.
CONDITIONS: Final = {
    "actor_id": "actor_id = {}",
    "at.gte": "at >= {}",
    "at.lt": "at < {}",
    "operation": "operation = {}",
    "position": "at <= {} and (at, line_id) < ({}, {})",
    "request_id": "request_id = {}",
    "status": "status = {}",
    "status.gte": "status >= {}",
    "status.lt": "status < {}",
    "subject": "subjects @> array[{}::uuid]",
}
POSITION: Final = ("position.at", "position.line_id")
PARAMETERS: Final = {"position": (POSITION[0], *POSITION)}

# Without `materialized` the planner may walk all lines by time until it meets the subject's.
PAGE: Final = (
    "with found as {materialized} (select at, line_id from audit_lines where {conditions}), "
    "page as (select * from found order by at desc, line_id desc limit {limit}) "
    "select {columns} from page join audit_lines as line using (at, line_id) "
    "left join projections on projections.digest = line.shown "
    "left join users on users.user_id = line.actor_id order by at desc, line_id desc"
)
EVENT: Final = (
    "seq, at, line_id, request_id, actor_kind, actor_id, line.roles, source, operation, purpose, "
    "reason is not null as has_reason, line.status, subjects, projections.shown, changed"
)
ACCESS: Final = (
    "at, line_id, actor_id, username, display_name, operation, purpose, reason, line.status, "
    "cardinality(subjects) as subjects, projections.shown, changed, detail"
)


class TrailRepository:
    """Reads the audit for one actor."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def events(self, narrowed: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Return the newest lines that fit."""
        return await self._lines(EVENT, narrowed, most)

    async def accesses(self, narrowed: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Return the newest lines that fit, with the names of those who acted."""
        return await self._lines(ACCESS, narrowed, most)

    async def key_of(self, customer_id: UUID) -> WrappedKey | None:
        """Return a customer's key, None if it is destroyed or the record not the actor's to read.

        Raises NotFound for a customer whose log is out of reach.
        """
        statement = _owner(self._work.actor.policy)
        rows = await self._work.fetch(statement, {"customer_id": customer_id})
        if not rows:
            raise NotFound
        number, wrapped = rows[0]
        if wrapped is None:
            return None
        return WrappedKey(number, wrapped)

    async def verified(self, proof: Proof, newest: Newest) -> Report:
        """Verify the newest part of the trail."""
        async with self._work.platform.database.connection() as connection:
            return await verify(connection, proof, newest=newest)

    async def _lines(
        self, columns: str, narrowed: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        statement = _page(columns, tuple(sorted(narrowed)))
        rows = await self._work.fetch(statement, {**_parameters(narrowed), "most": most})
        return [dict(row) for row in rows]


def _parameters(narrowed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by the names that the statement binds."""
    values = {**narrowed}
    if position := values.pop("position", None):
        values.update(zip(POSITION, position, strict=True))
    return values


@lru_cache(maxsize=256)
def _owner(policy: Policy) -> Statement:
    """Ask for a customer whose log may be read, and for its key where it may be read itself."""
    customers, keys = metadata.tables["customers"], CUSTOMER_KEYS
    same = keys.c.customer_id == customers.c.customer_id
    reads = any_holds(policy.allowed(Permission.CUSTOMERS_READ), customers)
    asked = select(keys.c.wrapping_key, case((reads, keys.c.wrapped)))
    asked = asked.select_from(customers.outerjoin(keys, same))
    asked = asked.where(customers.c.customer_id == bindparam("customer_id", type_=Uuid))
    reached = policy.allowed(Permission.ACCESS_LOG_READ)
    return compile_statement(within_reach(asked, customers, policy, reached))


@lru_cache(maxsize=512)
def _page(columns: str, narrowed: tuple[str, ...]) -> Statement:
    """Return the statement of a page of lines narrowed in these ways."""
    order = [name for way in narrowed for name in PARAMETERS.get(way, (way,))]
    numbers = [f"${number}" for number in range(1, len(order) + 2)]
    conditions = " and ".join(CONDITIONS[way] for way in narrowed)
    text = PAGE.format(
        materialized="materialized" if "subject" in narrowed else "not materialized",
        conditions=conditions.format(*numbers),
        limit=numbers[-1],
        columns=columns,
    )
    return Statement(text, (*order, "most"), {})
