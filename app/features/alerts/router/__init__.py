"""Routes of alerts and of their rules."""

from app.features.alerts.router.alerts import router as alerts
from app.features.alerts.router.rules import router as rules

ROUTES = [*alerts.routes, *rules.routes]
