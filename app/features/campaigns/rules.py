"""The rules of self-service in this installation, from its settings."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfServiceRules:
    """How long a customer's link serves, and where customers find the service."""

    lasting: timedelta
    base: str

    def link(self, token: str) -> str:
        """Return the address that a customer gets."""
        return f"{self.base.rstrip('/')}/self/{token}"
