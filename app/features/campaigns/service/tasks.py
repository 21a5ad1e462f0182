"""Work lists: what somebody has to check, and how it is done."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.kinds import UUID as UUID_KIND
from app.core.kinds import Invalid
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import Fault, Malformed, NotFound, NotPermitted
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.campaigns.models import TaskOutcome, TaskStatus
from app.features.campaigns.problems import TaskSettled
from app.features.campaigns.repository import TaskRepository
from app.features.campaigns.schemas import TaskView, UpdateTaskView
from app.features.campaigns.service.checking import check_customer
from app.features.campaigns.service.paging import Pages, read_choice, read_id
from app.features.customers.models import Customer
from app.features.customers.service import CustomerService

ME: Final = "me"
WRITING: Final = Permission.CUSTOMERS_WRITE


class TaskService:
    """What owners do with tasks of customers within their reach."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._tasks = TaskRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List tasks of one's own, or those of others for who may make campaigns.

        A task whose customer is out of the actor's reach by now is left out.
        """
        asked.only("limit", "cursor", "assignee", "status", "campaign_id")
        narrowed = {
            "assignee_id": self._assignee(asked.one("assignee")),
            "status": read_choice(asked, "status", TaskStatus),
            "campaign_id": read_id(asked, "campaign_id"),
        }
        given = {name: value for name, value in narrowed.items() if value is not None}
        pages = Pages(self._work, asked, "task_id", given)
        rows, cursor = pages.cut(await self._tasks.page(given, pages.after, pages.limit + 1))
        seen = await self._tasks.seen([row["customer_id"] for row in rows], Customer.summary)
        customers = {row["task_id"]: seen.get(str(row["customer_id"])) for row in rows}
        items = [_view(row, customer) for row in rows if (customer := customers[row["task_id"]])]
        return Listed(items, cursor)

    async def confirm(self, task_id: UUID) -> Shown:
        """Say that all that is held on the customer is right; dates its last verification."""
        task = await self._open(task_id)
        return await self._done(task, TaskOutcome.CONFIRMED, ANY_STATE, {})

    async def correct(self, task_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Put right what was wrong; the rest counts as confirmed."""
        task = await self._open(task_id)
        return await self._done(task, TaskOutcome.CORRECTED, seen, values)

    async def _open(self, task_id: UUID) -> dict[str, Any]:
        """Return a task of a customer within reach; raises NotFound, NotPermitted, TaskSettled."""
        found = await self._tasks.page({"task_id": task_id}, None, 1)
        if not found:
            raise NotFound
        granted = await CustomerService(self._work).granted(found[0]["customer_id"])
        if not granted.allows(WRITING):
            raise NotPermitted
        if found[0]["status"] != TaskStatus.OPEN:
            raise TaskSettled
        return found[0]

    async def _done(
        self, task: Mapping[str, Any], outcome: TaskOutcome, seen: str, values: Mapping[str, Any]
    ) -> Shown:
        work, at = self._work, now()
        work.line.detail["task"] = {
            **{name: str(task[name]) for name in ("task_id", "campaign_id", "round")},
            "outcome": outcome.value,
        }
        async with work.pinned():
            if not await self._tasks.settle(task, outcome, at):
                raise TaskSettled
            await check_customer(work, task["customer_id"], WRITING, values, at, seen)
        done = {"status": TaskStatus.DONE, "outcome": outcome, "done_at": at}
        return Shown({n: {**task, **done}[n] for n in TaskView.model_fields}, tagged=False)

    def _assignee(self, text: str | None) -> UUID | None:
        """Read whose tasks; raises NotPermitted for others' and Malformed."""
        me = self._work.actor.actor_id
        if text in {None, ME}:
            return me
        try:
            found: UUID = UUID_KIND.normalise(text)
        except Invalid as refused:
            raise Malformed(faults=[Fault("/assignee", refused.code)]) from None
        if found != me and not self._work.actor.may(Permission.CAMPAIGNS_WRITE):
            raise NotPermitted
        return found


def _view(row: Mapping[str, Any], customer: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**row, "customer": customer}
    return {name: whole[name] for name in UpdateTaskView.model_fields}
