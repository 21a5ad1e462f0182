"""Customers themselves as actors: which of their fields their page shows, and nothing else."""

from typing import Final

from app.core.access import REACH_ALL, Actor, ActorKind, fingerprint_of, policy_of
from app.core.fields import Field
from app.core.permissions import Permission
from app.features.customers.models import Customer

# In the order of the page. Nothing sensitive may stand here: a link is no proof of identity.
NAMES: Final = (
    *("name", "phone", "email", "wechat"),
    *("province", "city", "district", "address", "postcode"),
)
ENTRIES: Final[tuple[Field, ...]] = tuple(Customer.fields[name] for name in NAMES)
SHOWN: Final = frozenset(NAMES)
SCOPES: Final = frozenset(
    {
        REACH_ALL,
        Permission.CUSTOMERS_READ.value,
        Permission.CUSTOMERS_WRITE.value,
        "record:read",
        *(f"{entry.path}:read" for entry in ENTRIES),
    }
)
VISITOR: Final = Actor(
    ActorKind.SELF_SERVICE,
    roles=("self_service",),
    scopes=SCOPES,
    policy=policy_of(SCOPES),
    fingerprint=fingerprint_of(SCOPES),
)
