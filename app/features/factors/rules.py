"""The rules of second factors in this installation, from its settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRules:
    """Whose name an app shows, for which site passkeys are, and which roles need a factor."""

    issuer: str
    site: str
    origins: tuple[str, ...]
    compulsory_for: frozenset[str] = frozenset()

    def demand(self, roles: tuple[str, ...]) -> bool:
        """Whether somebody of these roles has to keep a factor."""
        return not self.compulsory_for.isdisjoint(roles)
