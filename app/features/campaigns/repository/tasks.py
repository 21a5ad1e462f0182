"""Update tasks: made in batches, one for each customer and round, and settled one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, select

from app.core.reading import Question
from app.core.remembering import remembered
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.campaigns.models import UPDATE_CAMPAIGNS, UPDATE_TASKS, TaskOutcome, TaskStatus
from app.features.customers.models import Customer

TASKS: Final = UPDATE_TASKS.c
FILTERS: Final = {"assignee_id": Uuid, "status": Text, "campaign_id": Uuid, "task_id": Uuid}
BY_IDS: Final = Question(
    Customer,
    lambda asked: asked.where(
        Customer.table.c.customer_id == any_of("ids"), Customer.table.c.status != "merged"
    ),
)


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


MISS: Final = _ask(
    "update update_tasks set status = 'missed' where campaign_id = $1 and round = $2 "
    "and status = 'open'",
    *("campaign_id", "round"),
)
SETTLE: Final = _ask(
    "update update_tasks set status = $3, outcome = $4, done_at = $5, done_by = $6 "
    "where task_id = $1 and customer_id = $2 and status = 'open' returning task_id",
    *("task_id", "customer_id", "status", "outcome", "at", "by"),
)
# What a customer answers counts for the task in whatever state the round's end has left it.
ANSWER: Final = _ask(
    "update update_tasks set status = $4, outcome = $5, done_at = $6, done_by = $7 "
    "where customer_id = $1 and campaign_id = $2 and round = $3 and status <> 'done'",
    *("customer_id", "campaign_id", "round", "status", "outcome", "at", "by"),
)
COUNTS: Final = _ask(
    "select department_id, status, outcome, count(*) from update_tasks "
    "where campaign_id = $1 and round = $2 group by department_id, status, outcome",
    *("campaign_id", "round"),
)


class TaskRepository:
    """Makes, finds and settles tasks."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def seen(
        self, ids: Sequence[UUID], names: frozenset[str] | None
    ) -> dict[str, dict[str, Any]]:
        """Return views of those customers that the actor reaches, by id."""
        found = await self._work.read(BY_IDS, {"ids": [*ids]}, names) if ids else []
        return {view["customer_id"]: view for view in found}

    async def miss(self, **of: Any) -> None:
        """Give up what is open as a round ends."""
        await self._work.fetch(MISS, of)

    async def settle(self, task: Mapping[str, Any], outcome: TaskOutcome, at: datetime) -> bool:
        """Do an open task; False when it is not open."""
        params = {
            **{name: task[name] for name in ("task_id", "customer_id")},
            "status": TaskStatus.DONE.value,
            "outcome": outcome.value,
            "at": at,
            "by": self._work.actor.actor_id,
        }
        return bool(await self._work.fetch(SETTLE, params))

    async def answer(
        self, of: Mapping[str, Any], status: TaskStatus, outcome: TaskOutcome | None, at: datetime
    ) -> None:
        """Let a customer's answer, or its review, count for the task."""
        is_done = status is TaskStatus.DONE
        params = {
            **{name: of[name] for name in ("customer_id", "campaign_id", "round")},
            "status": status.value,
            "outcome": outcome.value if outcome else None,
            "at": at if is_done else None,
            "by": self._work.actor.actor_id if is_done else None,
        }
        await self._work.fetch(ANSWER, params)

    async def page(
        self, narrowed: Mapping[str, Any], after: UUID | None, most: int
    ) -> list[dict[str, Any]]:
        """Return tasks, oldest first, with the names of their campaigns."""
        statement = _listed(tuple(sorted(narrowed)), continued=after is not None)
        rows = await self._work.fetch(statement, {**narrowed, "after": after, "most": most})
        return [dict(row) for row in rows]

    async def counts(self, **of: Any) -> list[tuple[Any, ...]]:
        """Count a round's tasks by department, status and outcome."""
        return [tuple(row) for row in await self._work.fetch(COUNTS, of)]


@remembered(32)
def _listed(narrowed: tuple[str, ...], *, continued: bool) -> Statement:
    campaigns = UPDATE_CAMPAIGNS.c
    asked = select(*TASKS, campaigns.name.label("campaign")).join(
        UPDATE_CAMPAIGNS, campaigns.campaign_id == TASKS.campaign_id
    )
    for name in narrowed:
        asked = asked.where(TASKS[name] == bindparam(name, type_=FILTERS[name]))
    if continued:
        asked = asked.where(TASKS.task_id > bindparam("after", type_=Uuid))
    asked = asked.order_by(TASKS.task_id)
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
