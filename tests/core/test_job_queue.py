"""The queue: a job is there with what causes it, or not at all."""

from datetime import timedelta

import pytest

from app.core.job_queue import enqueue
from app.core.problems import NotFound
from app.core.work import Platform
from tests.core.job_scene import Table
from tests.core.works import a_work

COUNT = "select count(*) from jobs where request_id = $1"


async def test_what_is_undone_queues_nothing(platform: Platform, table: Table) -> None:
    """A refusal after the job was queued takes the job with it."""
    work = a_work(platform)

    async def refused() -> None:
        async with work.pinned(), work.changing():
            await enqueue(work, "tests.done", {})
            raise NotFound

    with pytest.raises(NotFound):
        await refused()

    assert (await table.ask(COUNT, work.line.request_id))[0][0] == 0


async def test_what_stands_is_queued_with_its_line(platform: Platform, table: Table) -> None:
    """The job carries submitter, purpose and request; the line names the job."""
    work = a_work(platform)
    work.line.purpose = "care"

    async with work.pinned(), work.changing():
        job_id = await enqueue(work, "tests.done", {"a": 1})

    row = await table.row(job_id)
    assert (row["state"], row["kind"], row["starts"]) == ("queued", "tests.done", 0)
    assert (row["submitter_id"], row["purpose"]) == (work.actor.actor_id, "care")
    (line,) = await table.ask(
        "select detail from audit_lines where request_id = $1", work.line.request_id
    )
    assert str(job_id) in line["detail"]


async def test_outside_of_a_transaction_nothing_is_queued(platform: Platform) -> None:
    """Forgetting the transaction is a fault that shows at once."""
    work = a_work(platform)

    with pytest.raises(RuntimeError):
        await enqueue(work, "tests.done", {})


async def test_an_open_job_is_not_doubled(platform: Platform, table: Table) -> None:
    """While one is open its id is returned; once it has ended a new one is made."""
    work = a_work(platform)
    async with work.pinned():
        first = await enqueue(work, "tests.done", {}, once="key")
        again = await enqueue(work, "tests.done", {}, once="key")
    await table.ask("update jobs set state = 'succeeded' where job_id = $1", first)
    async with work.pinned():
        later = await enqueue(work, "tests.done", {}, once="key")

    assert first == again
    assert later != first


async def test_a_job_may_wait(platform: Platform, table: Table) -> None:
    """A delay is counted on the database's clock."""
    work = a_work(platform)
    async with work.pinned():
        job_id = await enqueue(work, "tests.done", {}, after=timedelta(hours=1))

    ((waits,),) = await table.ask(
        "select due_at > now() + interval '59 minutes' from jobs where job_id = $1", job_id
    )
    assert waits is True
