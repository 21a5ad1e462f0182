"""What may be done with roles: begin, draft, compare, publish, retire, keep apart."""

from app.features.roles.service.desk import RoleDesk
from app.features.roles.service.drafts import DraftService
from app.features.roles.service.publishing import PublishingService
from app.features.roles.service.roles import RoleService
from app.features.roles.service.separations import SeparationService

__all__ = ["DraftService", "PublishingService", "RoleDesk", "RoleService", "SeparationService"]
