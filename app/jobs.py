"""Every job of the service: one line for each feature."""

from app.core.job_runs import Job
from app.features.campaigns.jobs import JOBS as CAMPAIGNS
from app.features.customers.jobs import JOBS as CUSTOMERS
from app.features.exports.jobs import JOBS as EXPORTS
from app.features.handover.jobs import JOBS as HANDOVER
from app.features.imports.jobs import JOBS as IMPORTS


def all_jobs() -> list[Job]:
    """Return the jobs that a worker can do."""
    return [*CAMPAIGNS, *CUSTOMERS, *EXPORTS, *HANDOVER, *IMPORTS]
