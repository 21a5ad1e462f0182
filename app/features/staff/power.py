"""Power: which roles let somebody do more than work with customers as they are shown."""

from collections.abc import Iterable
from typing import Final

from app.core.freshness import require_step_up
from app.core.grants import REVEAL, read_grant
from app.core.permissions import PERMISSIONS, Permission
from app.core.work import UnitOfWork
from app.features.staff.snapshot import Snapshot

# What is not named here counts as power: a permission that is new does, until somebody decides.
ORDINARY: Final = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.CUSTOMERS_READ,
        Permission.CUSTOMERS_WRITE,
        Permission.CUSTOMERS_ARCHIVE,
        Permission.CUSTOMERS_SHARE,
        Permission.CORRECTIONS_REVIEW,
        Permission.DUPLICATES_READ,
        Permission.DUPLICATES_SCAN,
        Permission.IMPORTS_WRITE,
        Permission.POOL_TAKE,
        Permission.QUALITY_READ,
        Permission.ORDERS_WRITE,
        Permission.PRODUCTS_WRITE,
    }
)


def is_powerful(scopes: Iterable[str]) -> bool:
    """Whether scopes let somebody reveal, export, administer or audit."""
    return any(_is_powerful(scope) for scope in scopes)


async def require_step_up_for(
    work: UnitOfWork, staff: Snapshot, roles: Iterable[str], before: Iterable[str] = ()
) -> None:
    """Ask whoever gives somebody a powerful role for a fresh factor; raises FreshFactorNeeded."""
    given = [staff.roles[code] for code in {*roles} - {*before} if code in staff.roles]
    if any(is_powerful(role.scopes) for role in given):
        await require_step_up(work)


def _is_powerful(scope: str) -> bool:
    act = scope.partition("@")[0]
    if act in PERMISSIONS:
        return act not in ORDINARY
    grant = read_grant(scope)
    return grant is not None and grant.grade == REVEAL
