"""Tests of what a token says of scopes: all of them, or their digest when they are many."""

import pytest

from app.core.clock import new_id
from app.core.problems import NotSignedIn
from app.core.tokens import Tokens, told
from app.core.work import Platform
from app.features.identity.ended import EndedSessions
from app.features.staff.directory import StaffDirectory
from app.features.staff.roles import SHIPPED
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring
from tests.features.staff.builders import a_colleague

TOKENS = Tokens(a_ring(), "cims", "cims-api")
FEW = frozenset({"contact:read"})
MANY = frozenset(f"field-{number}:read" for number in range(1000))


def test_a_token_stays_short_whatever_is_held() -> None:
    """A thousand scopes are told in fewer characters than forty."""
    assert told(FEW) == FEW
    assert len(TOKENS.issue(new_id(), "cims", told(MANY), new_id())) < 1024
    assert told(MANY) != told(MANY - {"field-7:read"})


async def test_who_holds_every_role_acts_with_all_of_it(
    platform: Platform, database_urls: DatabaseUrls
) -> None:
    """By the digest of just that; by that of less, or more, nobody is let in."""
    directory = StaffDirectory(platform.database, TOKENS, EndedSessions(platform.database))
    roles = tuple(role.code for role in SHIPPED)
    holder = await a_colleague(database_urls.owner, roles=roles)
    await directory.refresh()
    held = directory.staff.scopes_of(directory.staff.users[holder.user_id])

    def bearing(scopes: frozenset[str]) -> str:
        return TOKENS.issue(holder.user_id, "cims", told(scopes), new_id())

    assert told(held) != held
    assert directory.actor(bearing(held)).scopes == held
    for other in (held - {"customers:read@all"}, held | {"x"}):
        with pytest.raises(NotSignedIn):
            directory.actor(bearing(other))
