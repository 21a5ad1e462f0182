"""Rows of campaigns, their tasks and links, and of corrections."""

from app.features.campaigns.repository.campaigns import CampaignRepository
from app.features.campaigns.repository.corrections import CorrectionRepository
from app.features.campaigns.repository.links import LinkRepository
from app.features.campaigns.repository.rounds import RoundRepository
from app.features.campaigns.repository.tasks import TaskRepository

__all__ = [
    "CampaignRepository",
    "CorrectionRepository",
    "LinkRepository",
    "RoundRepository",
    "TaskRepository",
]
