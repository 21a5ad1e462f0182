"""Alerts and their rules: what may be done with them, and the watcher that raises them."""

from app.features.alerts.repository import OPEN_ALERTS, VERIFIED
from app.features.alerts.service.alerts import AlertService
from app.features.alerts.service.rules import AlertRuleService
from app.features.alerts.service.tidying import tidy_tallies
from app.features.alerts.service.verifying import VerifyEvery, verify_when_due
from app.features.alerts.service.watching import Turn, watch

GAUGES = (OPEN_ALERTS, VERIFIED)

__all__ = [
    "GAUGES",
    "AlertRuleService",
    "AlertService",
    "Turn",
    "VerifyEvery",
    "tidy_tallies",
    "verify_when_due",
    "watch",
]
