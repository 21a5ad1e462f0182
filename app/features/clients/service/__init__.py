"""What may be done with other systems and their secrets."""

from app.features.clients.service.clients import ApiClientService
from app.features.clients.service.desk import ClientDesk
from app.features.clients.service.secrets import SecretService

__all__ = ["ApiClientService", "ClientDesk", "SecretService"]
