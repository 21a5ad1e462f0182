"""The job that looks for doubles among all customers."""

from typing import Final

from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.features.customers.service.scanning import KIND, ScanService, progress

STEP: Final = ("Comparing customers.", "正在比对客户。")


async def scan_duplicates(run: Run) -> None:
    """Compare some hundred customers a step; a killed scan goes on after its last whole step."""
    found = int(run.checkpoint.get("found", 0))
    after = progress(run.checkpoint)
    while True:
        async with run.step(*STEP) as work:
            service = ScanService(work)
            run.total = run.total or await service.count()
            last, number, added = await service.go_on(after)
            run.done += number
            found += added
            run.result = {"weighed": run.done, "new_pairs": found}
            if last is not None:
                run.checkpoint = {"after": str(last), "found": found}
        if last is None:
            return
        after = last


JOBS: Final = (Job(kind=KIND, permission=Permission.DUPLICATES_SCAN, run=scan_duplicates),)
