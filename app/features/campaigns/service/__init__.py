"""What may be done with campaigns, tasks, links and corrections."""

from app.features.campaigns.service.campaigns import CampaignService
from app.features.campaigns.service.corrections import CorrectionService
from app.features.campaigns.service.opening import KIND, Progress, RoundService
from app.features.campaigns.service.tasks import TaskService
from app.features.campaigns.service.tending import tend_campaigns
from app.features.campaigns.service.visits import Held, VisitService

__all__ = [
    "KIND",
    "CampaignService",
    "CorrectionService",
    "Held",
    "Progress",
    "RoundService",
    "TaskService",
    "VisitService",
    "tend_campaigns",
]
