"""Routes of update tasks."""

from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    Malformed,
    NotPermitted,
    Stale,
)
from app.core.views import Listed, Shown
from app.features.campaigns.models import TaskStatus
from app.features.campaigns.problems import TaskSettled
from app.features.campaigns.schemas import TaskCorrection, TaskView, UpdateTaskView
from app.features.campaigns.service import TaskService
from app.features.customers.problems import CustomerArchived
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import IfMatch, Query, Work, feature_router

router = feature_router("update-tasks", "campaigns")
SETTLING = (TaskSettled, NotPermitted, CustomerArchived)


def _narrowing(name: str, description: str, **schema: Any) -> dict[str, Any]:
    shape = {"type": "string", **schema}
    return {"name": name, "in": "query", "description": description, "schema": shape}


@router.get(
    permission=Permission.CUSTOMERS_READ,
    response_model=ListOf[UpdateTaskView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed, NotPermitted),
    extra={
        "parameters": [
            PARAMETERS["limit"],
            PARAMETERS["cursor"],
            _narrowing("assignee", "`me`, or the id of somebody, for who may make campaigns."),
            _narrowing("status", "Those in this status.", enum=[s.value for s in TaskStatus]),
            _narrowing("campaign_id", "Those of this campaign.", format="uuid"),
        ]
    },
)
async def list_update_tasks(asked: Query, work: Work) -> Listed:
    """List your tasks, oldest first: the customers that you are to check.

    A customer out of your reach by now is left out, so a page may be shorter than asked.
    """
    return await TaskService(work).page(asked)


@router.post(
    "/{task_id}/confirm",
    permission=Permission.CUSTOMERS_WRITE,
    response_model=TaskView,
    problems=SETTLING,
)
async def confirm_update_task(task_id: UUID, work: Work) -> Shown:
    """Say that what is held on the customer is right; dates `last_verified_at`."""
    return await TaskService(work).confirm(task_id)


@router.post(
    "/{task_id}/correct",
    permission=Permission.CUSTOMERS_WRITE,
    response_model=TaskView,
    problems=(*SETTLING, Stale, FieldNotAvailable, FieldReadOnly, Malformed),
)
async def correct_update_task(
    task_id: UUID, change: TaskCorrection, seen: IfMatch, work: Work
) -> Shown:
    """Put right what is wrong with the customer, in one change that also dates it.

    `If-Match` is the ETag of the customer as you saw it.
    """
    return await TaskService(work).correct(task_id, seen, change.values())
