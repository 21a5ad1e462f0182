"""Changes: what an import has done to which customer, to be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.sealing import CustomerKey, Sealing, place_of, seal, unseal
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.core.writing import insert_rows

TABLE: Final = "import_changes"
COLUMNS: Final = (
    *("customer_id", "import_id", "resource", "row", "act", "claim", "fields", "made_at"),
)
# Their keys one by one: a join might read the table of keys whole.
OPEN: Final = Statement(
    "select c.*, k.wrapping_key, k.wrapped from import_changes c join lateral (select * from "
    "customer_keys k where k.customer_id = c.customer_id offset 0) k on true "
    "where c.import_id = $1 and c.outcome is null order by c.row limit $2",
    ("import_id", "most"),
    {},
)
COUNT: Final = Statement(
    "select count(*) from import_changes where import_id = $1 and outcome is null",
    ("import_id",),
    {},
)
SETTLE: Final = Statement(
    "update import_changes set outcome = $4, conflicts = $5 "
    "where customer_id = $1 and import_id = $2 and resource = $3",
    ("customer_id", "import_id", "resource", "outcome", "conflicts"),
    {},
)
PAGE: Final = Statement(
    "select * from import_changes where import_id = $1 and ($2::text is null or outcome = $2) "
    "and (row, resource) > ($3, $4) order by row, resource limit $5",
    ("import_id", "outcome", "row", "resource", "most"),
    {},
)
FREE: Final = Statement(
    "delete from claims using unnest($1::bytea[], $2::uuid[]) as gone (hash, customer_id) "
    "where claims.hash = gone.hash and claims.customer_id = gone.customer_id",
    ("hashes", "customers"),
    {},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done to a customer by a row; values before and after where there were any."""

    customer_id: UUID
    resource: str
    row: int
    act: str
    made_at: datetime
    key: CustomerKey
    claim: bytes | None = None
    fields: Mapping[str, Any] | None = None


class ChangeRepository:
    """The changes of one import."""

    def __init__(self, work: UnitOfWork, import_id: UUID) -> None:
        self._work = work
        self._import_id = import_id

    async def add(self, changes: Sequence[Change]) -> None:
        """Keep changes, in the transaction that is held."""
        rows = [
            (
                *(c.customer_id, self._import_id, c.resource, c.row, c.act, c.claim),
                *(self._sealed(c), c.made_at),
            )
            for c in changes
        ]
        async with self._work.pinned() as connection:
            await insert_rows(connection, TABLE, COLUMNS, rows)

    async def open(self, most: int) -> list[Change]:
        """Return those that are not taken back yet, in the order of their rows."""
        rows = await self._work.fetch(OPEN, {"import_id": self._import_id, "most": most})
        return [self._opened(dict(row), self._work.platform.sealing) for row in rows]

    async def count(self) -> int:
        """Return how many are not taken back yet."""
        return int((await self._work.fetch(COUNT, {"import_id": self._import_id}))[0][0])

    async def settle(self, change: Change, outcome: str, conflicts: Sequence[str] = ()) -> None:
        """Say what became of a change."""
        params = {
            "customer_id": change.customer_id,
            "import_id": self._import_id,
            "resource": change.resource,
            "outcome": outcome,
            "conflicts": list(conflicts),
        }
        await self._work.fetch(SETTLE, params)

    async def page(
        self, outcome: str | None, after: tuple[int, str], most: int
    ) -> list[dict[str, Any]]:
        """Return changes as they stand, in the order of their rows."""
        params = {"import_id": self._import_id, "outcome": outcome, "most": most}
        rows = await self._work.fetch(PAGE, {**params, "row": after[0], "resource": after[1]})
        return [dict(row) for row in rows]

    async def free_claims(self, changes: Sequence[Change]) -> None:
        """Let the ids of customers that go be given again."""
        held = [change for change in changes if change.claim is not None]
        params = {"hashes": [c.claim for c in held], "customers": [c.customer_id for c in held]}
        await self._work.fetch(FREE, params)

    def _sealed(self, change: Change) -> bytes | None:
        if change.fields is None:
            return None
        return seal(change.key, self._place(change.customer_id), change.fields)

    def _opened(self, row: Mapping[str, Any], sealing: Sealing) -> Change:
        key = sealing.open_key(row["customer_id"], row["wrapping_key"], row["wrapped"])
        place = self._place(row["customer_id"])
        return Change(
            customer_id=row["customer_id"],
            resource=row["resource"],
            row=row["row"],
            act=row["act"],
            made_at=row["made_at"],
            key=key,
            claim=row["claim"],
            fields=None if row["fields"] is None else unseal(key, place, row["fields"]),
        )

    def _place(self, customer_id: UUID) -> bytes:
        return place_of(TABLE, "fields", customer_id, self._import_id)
