"""The job that opens a round, and the routine that looks after campaigns."""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.core.routines import Routine
from app.features.campaigns.service import KIND, Progress, RoundService, tend_campaigns
from app.features.campaigns.service.tending import OPERATION

STEPS: Final = {
    "tasks": ("Making tasks.", "正在生成任务。"),
    "links": ("Sending links to customers.", "正在向客户发送链接。"),
    "owners": ("Telling owners.", "正在通知客户经理。"),
}


async def open_round(run: Run) -> None:
    """Make the tasks, send the links, tell the owners; a killed worker's steps stay whole."""
    progress = Progress.of(run.checkpoint)
    while not progress.is_whole:
        async with run.step(*STEPS[progress.phase]) as work:
            progress = await RoundService(work, run.parameters).go_on(progress)
            run.checkpoint, run.done = asdict(progress), progress.tasks
    figures = {"tasks": progress.tasks, "links": progress.links, "told": progress.told}
    run.result = {**run.parameters, **figures}


JOBS: Final = (Job(kind=KIND, permission=Permission.CAMPAIGNS_WRITE, run=open_round),)
ROUTINES: Final = (Routine(name=OPERATION, every=timedelta(minutes=1), run=tend_campaigns),)
