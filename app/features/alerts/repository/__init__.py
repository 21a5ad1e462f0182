"""Rules, alerts and what the watcher keeps, in the database."""

from app.features.alerts.repository.alerts import AlertRepository, AlertRow
from app.features.alerts.repository.checks import CheckRepository
from app.features.alerts.repository.gauges import OPEN_ALERTS, VERIFIED
from app.features.alerts.repository.raising import Raised, RaisingRepository
from app.features.alerts.repository.rules import RuleRepository
from app.features.alerts.repository.tallies import TallyRepository
from app.features.alerts.repository.watching import WatchRepository

__all__ = [
    "OPEN_ALERTS",
    "VERIFIED",
    "AlertRepository",
    "AlertRow",
    "CheckRepository",
    "Raised",
    "RaisingRepository",
    "RuleRepository",
    "TallyRepository",
    "WatchRepository",
]
