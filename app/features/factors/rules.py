"""The rules of second factors in this installation, from its settings."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRules:
    """Whose name an app shows, for which site passkeys are, and who needs a factor."""

    issuer: str
    site: str
    origins: tuple[str, ...]
    compulsory_for: frozenset[str] = frozenset()

    def demand(self, roles: Iterable[str], scopes: Iterable[str]) -> bool:
        """Whether somebody of these roles, or with these permissions, has to keep a factor."""
        return not self.compulsory_for.isdisjoint((*roles, *scopes))
