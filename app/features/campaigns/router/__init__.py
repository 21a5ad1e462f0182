"""Routes of campaigns, tasks and corrections; the page for customers stands in `visits`."""

from app.features.campaigns.router.campaigns import router as campaigns
from app.features.campaigns.router.corrections import router as corrections
from app.features.campaigns.router.tasks import router as tasks

ROUTES = [*campaigns.routes, *tasks.routes, *corrections.routes]
