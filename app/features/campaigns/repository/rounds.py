"""Rounds: whom tasks are made for, links are mailed to, and owners who are told, in batches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id
from app.core.paging import Page
from app.core.permissions import Permission
from app.core.reading import Question
from app.core.remembering import remembered
from app.core.statements import Statement
from app.core.work import UnitOfWork


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


MAKE: Final = _ask(
    "insert into update_tasks (customer_id, campaign_id, round, task_id, department_id, "
    "assignee_id, status, made_at, due_at) select c.customer_id, $3, $4, given.task_id, "
    "c.department_id, case when $7 then c.owner_id end, 'open', $5, $6 "
    "from unnest($1::uuid[], $2::uuid[]) as given (customer_id, task_id) "
    "join customers c on c.customer_id = given.customer_id "
    "on conflict (customer_id, campaign_id, round) do nothing returning customer_id",
    *("ids", "task_ids", "campaign_id", "round", "at", "due_at", "is_assigned"),
)
TO_MAIL: Final = _ask(
    "select customer_id, department_id from update_tasks where campaign_id = $1 and round = $2 "
    "and link_sent_at is null and status = 'open' and customer_id > $3 "
    "order by customer_id limit $4 for update",
    *("campaign_id", "round", "after", "most"),
)
UNWANTED: Final = _ask(
    "select distinct customer_id from contact_points where customer_id = any($1::uuid[]) "
    "and type = 'email' and do_not_contact",
    "ids",
)
MAILED: Final = _ask(
    "update update_tasks set link_sent_at = $4 where campaign_id = $1 and round = $2 "
    "and customer_id = any($3::uuid[])",
    *("campaign_id", "round", "ids", "at"),
)
# Whoever has something to do, and has not been told on this occasion.
TO_TELL: Final = _ask(
    "select assignee_id, count(*) from update_tasks t where campaign_id = $1 and round = $2 "
    "and status = 'open' and assignee_id is not null and not exists (select 1 from "
    "campaign_notices n where n.campaign_id = $1 and n.round = $2 and n.occasion = $3 "
    "and n.user_id = t.assignee_id) group by assignee_id order by assignee_id limit $4",
    *("campaign_id", "round", "occasion", "most"),
)
TELL: Final = _ask(
    "insert into campaign_notices (campaign_id, round, user_id, occasion) values ($1, $2, $3, $4) "
    "on conflict do nothing returning user_id",
    *("campaign_id", "round", "user_id", "occasion"),
)


class RoundRepository:
    """Does a round's work batch by batch; what was done before is left as it is."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def customers(self, page: Page) -> list[UUID]:
        """Return the next customers that the actor may ask of, noted on the line."""
        work = self._work
        found = await work.read(
            _acting(page.question()), page.params(work.platform.sealing), page.members
        )
        return [UUID(view["customer_id"]) for view in found[: page.limit]]

    async def make(self, ids: Sequence[UUID], **told: Any) -> int:
        """Make the tasks of customers, those that are there already left as they are."""
        params = {**told, "ids": [*ids], "task_ids": [new_id() for _ in ids]}
        return len(await self._work.fetch(MAKE, params))

    async def to_mail(self, after: UUID, most: int, **of: Any) -> list[dict[str, Any]]:
        """Lock the next tasks of a round whose customers have got no link."""
        rows = await self._work.fetch(TO_MAIL, {**of, "after": after, "most": most})
        return [dict(row) for row in rows]

    async def unwanted(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return those who do not want to be mailed."""
        return {row[0] for row in await self._work.fetch(UNWANTED, {"ids": [*ids]})}

    async def mailed(self, ids: Sequence[UUID], at: datetime, **of: Any) -> None:
        """Note that links are on their way."""
        await self._work.fetch(MAILED, {**of, "ids": [*ids], "at": at})

    async def to_tell(self, occasion: str, most: int, **of: Any) -> list[tuple[UUID, int]]:
        """Return who has open tasks and has not been told, and how many."""
        rows = await self._work.fetch(TO_TELL, {**of, "occasion": occasion, "most": most})
        return [(row[0], row[1]) for row in rows]

    async def tell(self, user_id: UUID, occasion: str, **of: Any) -> bool:
        """Note that somebody is told; False when they have been."""
        params = {**of, "user_id": user_id, "occasion": occasion}
        return bool(await self._work.fetch(TELL, params))


@remembered(64)
def _acting(question: Question) -> Question:
    return replace(question, act=Permission.CAMPAIGNS_WRITE)
