"""The job that writes an export, and the routine that lets go of files."""

from datetime import timedelta
from typing import Final

from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.core.routines import Routine
from app.features.exports.service import KIND, Progress, WritingService, let_go

STEP: Final = ("Writing customers into the file.", "正在写入客户数据。")


async def write_export(run: Run) -> None:
    """Write the file page by page; what a killed worker has written stays, whole pages only."""
    progress = Progress.of(run.checkpoint)
    while not progress.is_whole:
        async with run.step(*STEP) as work:
            progress = await WritingService(work, run.parameters).go_on(progress)
            run.checkpoint = {name: getattr(progress, name) for name in Progress.__slots__}
            run.done, run.total = progress.rows, progress.total
    run.result = {"export_id": run.parameters["export_id"], "rows": progress.rows}


JOBS: Final = (Job(kind=KIND, permission=Permission.CUSTOMERS_EXPORT, run=write_export),)
ROUTINES: Final = (Routine(name="expire_exports", every=timedelta(minutes=1), run=let_go),)
