"""Every routine of the service: one line for each feature."""

from app.core.routines import Routine
from app.features.alerts.jobs import ROUTINES as ALERTS
from app.features.campaigns.jobs import ROUTINES as CAMPAIGNS
from app.features.exports.jobs import ROUTINES as EXPORTS
from app.features.identity.jobs import ROUTINES as IDENTITY
from app.features.imports.jobs import ROUTINES as IMPORTS
from app.features.jobs.jobs import ROUTINES as JOBS
from app.features.mail.jobs import ROUTINES as MAIL
from app.features.pool.jobs import ROUTINES as POOL
from app.features.quality.jobs import ROUTINES as QUALITY
from app.features.quotas.jobs import ROUTINES as QUOTAS


def all_routines() -> list[Routine]:
    """Return what comes back by itself."""
    return [
        *(*ALERTS, *CAMPAIGNS, *EXPORTS, *IDENTITY, *IMPORTS, *POOL, *QUALITY, *QUOTAS),
        *(*MAIL, *JOBS),
    ]
