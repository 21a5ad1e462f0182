"""Orders within the actor's reach, and the lock that keeps their totals right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.permissions import Permission
from app.core.problems import NotFound, NotPermitted, Stale
from app.core.projections import Opened
from app.core.reading import Question
from app.core.records import Record
from app.core.repository import ANY_STATE, Ids, Repository
from app.core.statements import compile_statement
from app.core.views import Shown, etag_of
from app.core.writing import Draft, insert_drafts
from app.features.purchases.models import Order, OrderLine
from app.features.purchases.problems import OrderNumberTaken

WRITING: Final = Permission.ORDERS_WRITE
NUMBERS: Final = "order-number"
CLAIM: Final = "insert into claims (hash, customer_id) values ($1, $2) on conflict do nothing"
OF_ORDER: Final = (
    OrderLine.table.c.customer_id == bindparam("customer_id", type_=Uuid),
    OrderLine.table.c.order_id == bindparam("row_id", type_=Uuid),
)
LOCK: Final = compile_statement(
    select(Order.table.c.status, Order.table.c.currency, Order.table.c.amount)
    .where(
        Order.table.c.customer_id == bindparam("customer_id", type_=Uuid),
        Order.table.c.order_id == bindparam("row_id", type_=Uuid),
    )
    .with_for_update()
)
TOTAL: Final = compile_statement(
    select(func.count(), func.coalesce(func.sum(OrderLine.table.c.amount), 0)).where(*OF_ORDER)
)


@dataclass(frozen=True, slots=True)
class Held:
    """An order that is locked: how it really stands, whatever the actor sees of it."""

    ids: Ids
    opened: Opened
    status: str
    currency: str
    amount: Decimal


class OrderRepository(Repository):
    """Orders; whoever changes one or its lines holds its lock."""

    record: ClassVar[type[Record]] = Order

    async def hold(self, ids: Ids, seen: str = ANY_STATE) -> Held:
        """Lock an order for a change; raises NotFound, NotPermitted, Stale."""
        await self.open(ids)
        rows = await self.work.fetch(LOCK, ids.params())
        if not rows:
            raise NotFound
        opened = await self.open(ids)
        if not opened.policy.allows(WRITING):
            raise NotPermitted
        if seen not in {ANY_STATE, etag_of(opened.values)}:
            raise Stale(headers={"ETag": etag_of(opened.values)})
        return Held(ids, opened, *rows[0])

    async def total(self, ids: Ids) -> tuple[int, Decimal]:
        """Return how many lines an order has and what they come to."""
        (row,) = await self.work.fetch(TOTAL, ids.params())
        return int(row[0]), Decimal(row[1])

    async def add(self, drafts: Sequence[Draft]) -> None:
        """Write an order with its lines, its number claimed first; raises OrderNumberTaken."""
        order, sealing = drafts[0], self.work.platform.sealing
        digest = sealing.blind(NUMBERS, order.values["number"])
        async with self.work.changing() as connection:
            if await connection.execute(CLAIM, digest, order.customer_id) != "INSERT 0 1":
                raise OrderNumberTaken
            await insert_drafts(connection, drafts, sealing)

    async def set(self, held: Held, **owned: Any) -> Shown:
        """Set what the service owns of an order that is held, with a line of its own."""
        self.work.next_line()
        self.work.line.detail["order_id"] = str(held.ids.row_id)
        return await self.change(held.ids, ANY_STATE, {}, None, WRITING, **owned)

    async def with_ids(
        self, ids: Sequence[UUID], customer_id: UUID
    ) -> dict[str, Mapping[str, Any]]:
        """Return orders of a customer by their ids, as far as the actor sees them."""
        params = {"ids": list(ids), "customer_id": customer_id}
        rows = await self.work.read(BY_IDS, params)
        return {row["order_id"]: row for row in rows}


BY_IDS: Final = Question(
    Order,
    lambda asked: asked.where(
        Order.table.c.customer_id == bindparam("customer_id", type_=Uuid),
        Order.table.c.order_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    ),
)
