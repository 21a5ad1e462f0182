"""The scheduled verification of the audit (trust.md D10): the new part since the last time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from app.core.clock import now
from app.core.jobs import job_work
from app.core.verification import Newest, Proof, Report
from app.core.work import Platform
from app.features.alerts.repository import CheckRepository

OPERATION: Final = "verify_audit_trail"
# About a quarter of a minute; `cims audit verify` looks at everything.
MOST_LINES: Final = 500_000
OVERLAP: Final = 1
BROKEN: Final = 500
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class VerifyEvery:
    """How often the audit is verified by itself."""

    every: timedelta


async def verify_when_due(platform: Platform) -> Report | None:
    """Verify what has come since the last time, and leave a line that says what was found.

    A line that says `failed` is what the rule `audit_broken` looks for. What did not hold is
    looked at again each time, until it is put right.
    """
    rules: VerifyEvery = platform.tools[VerifyEvery]
    work, at = job_work(platform, OPERATION), now()
    checks = CheckRepository(work)
    last = await checks.last()
    if last is not None and at - last["checked_at"] < rules.every:
        return None
    covered = last["last_segment"] if last else 0
    segments = max(await checks.newest_segment() - covered, 0) + OVERLAP
    report = await checks.verified(platform.tools[Proof], Newest(segments, MOST_LINES))
    work.line.detail["verification"] = report.told
    if not report.ok:
        work.line.status = BROKEN
        log.error("audit broken", **report.told)
    async with work.pinned(), work.changing():
        await checks.add(at, report)
    return report
