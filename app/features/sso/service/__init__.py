"""What may be done to sign in through a provider, and about the accounts that it opens."""

from app.features.sso.service.linking import LinkService
from app.features.sso.service.signing_in import Providers, SsoService

__all__ = ["LinkService", "Providers", "SsoService"]
