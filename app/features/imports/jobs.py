"""The jobs that read, try, apply and undo imports, and the routine that lets go of files."""

from datetime import timedelta
from typing import Final

from app.core.job_runs import Job, Run
from app.core.permissions import Permission
from app.core.routines import Routine
from app.features.imports.service import (
    APPLY,
    READ,
    TRY,
    UNDO,
    Reading,
    apply,
    let_go,
    try_out,
    undo,
)


async def read(run: Run) -> None:
    """Read a file into batches of rows."""
    await Reading(run).read()


JOBS: Final = tuple(
    Job(kind=kind, permission=Permission.IMPORTS_WRITE, run=run)
    for kind, run in ((READ, read), (TRY, try_out), (APPLY, apply), (UNDO, undo))
)
ROUTINES: Final = (Routine(name="expire_imports", every=timedelta(minutes=5), run=let_go),)
