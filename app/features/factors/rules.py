"""The rules of second factors in this installation, from its settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.core.permissions import Permission

# Acts that show what is hidden, or administer: who may do them proves it by a second factor, unless
# the settings say otherwise.
FAR_REACHING: Final = frozenset(
    {
        Permission.CUSTOMERS_REVEAL,
        Permission.CUSTOMERS_EXPORT,
        Permission.CUSTOMERS_MERGE,
        Permission.EMERGENCY_OPEN,
        Permission.STAFF_WRITE,
        Permission.CLIENTS_WRITE,
        Permission.FACTORS_RESET,
        Permission.SESSIONS_MANAGE,
        Permission.ROLES_WRITE,
        Permission.ROLES_PUBLISH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRules:
    """Whose name an app shows, for which site passkeys are, and who needs a factor."""

    issuer: str
    site: str
    origins: tuple[str, ...]
    compulsory_for: frozenset[str] = frozenset()

    def demand(self, roles: Iterable[str], scopes: Iterable[str]) -> bool:
        """Whether somebody of these roles, or with these permissions, has to keep a factor."""
        acts = (scope.partition("@")[0] for scope in scopes)
        return not self.compulsory_for.isdisjoint((*roles, *acts))
