"""The automatic return: what was not followed up goes back to the pool."""

from typing import Final

from app.core.clock import today
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.pool.repository import ReturnRepository
from app.features.staff.directory import StaffDirectory

OPERATION: Final = "return_to_pool"
# Of 500 customers each: what is left waits for the next time, a quarter of an hour later.
MOST_BATCHES: Final = 200


async def return_what_is_due(platform: Platform) -> int:
    """Put back all that is due in every pool, batch by batch; returns how many."""
    directory: StaffDirectory = platform.tools[StaffDirectory]
    await directory.refresh()
    staff, day = directory.staff, today(platform.zone)
    work, returned = job_work(platform, OPERATION), 0
    returns, batches = ReturnRepository(work), MOST_BATCHES
    for pool in staff.pools.values():
        departments = staff.covered_by(pool)
        while batches and (count := await returns.put_back(pool, departments, day)):
            returned, batches = returned + count, batches - 1
            work.next_line()
    return returned
