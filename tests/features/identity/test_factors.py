"""The place of second factors: between a password that fits and a session that opens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from app.core.audit import Line
from app.core.clock import now
from app.core.passwords import Passwords
from app.core.problems import NotPermitted
from app.core.tokens import Tokens
from app.core.work import Platform, UnitOfWork
from app.features.identity.ended import EndedSessions
from app.features.identity.grants import Grant, GrantType
from app.features.identity.problems import SignInFailed
from app.features.identity.service import Desk, Opening, SessionOpener, SignInService
from app.features.staff.directory import StaffDirectory
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring
from tests.features.staff.builders import PASSWORD, Colleague, a_colleague


@dataclass
class Demanding:
    """A second factor that was proven then, or is refused."""

    proven_at: datetime | None
    asked: int = 0

    async def prove(self, _work: UnitOfWork, _user_id: UUID, _grant: Grant) -> datetime | None:
        """Refuse, unless it was proven."""
        self.asked += 1
        if self.proven_at is None:
            raise NotPermitted
        return self.proven_at

    async def feign(self, _work: UnitOfWork, _grant: Grant) -> None:
        """Take no time."""

    async def has_one(self, _work: UnitOfWork, _user_id: UUID) -> bool:
        """Everybody has one."""
        return True


@pytest.fixture
async def seller(database_urls: DatabaseUrls, digest: str) -> Colleague:
    """A sales user."""
    return await a_colleague(database_urls.owner, digest=digest)


@pytest.fixture
def factors() -> Demanding:
    """A factor proven this moment."""
    return Demanding(now().replace(microsecond=0))


@pytest.fixture
async def desk(platform: Platform, factors: Demanding) -> AsyncIterator[Desk]:
    """A desk that asks for a second factor."""
    tokens, passwords = Tokens(a_ring(), "cims", "cims"), Passwords()
    directory = StaffDirectory(platform.database, tokens, EndedSessions(platform.database))
    yield Desk(directory=directory, tokens=tokens, passwords=passwords, factors=factors)
    passwords.close()


def work_of(platform: Platform) -> UnitOfWork:
    """Open a request."""
    return UnitOfWork(platform, Line("request-1"))


async def test_factor_is_named_by_token_and_actor(
    platform: Platform, desk: Desk, factors: Demanding, seller: Colleague
) -> None:
    """The moment of the proof goes into the token, to the actor, and through refreshing."""
    work = work_of(platform)
    shown = await SignInService(work, desk).sign_in(
        Grant(GrantType.PASSWORD, seller.username, PASSWORD)
    )
    again = work_of(platform)
    await SignInService(again, desk).exchange(
        Grant(GrantType.REFRESH, "", shown.values["refresh_token"])
    )

    claims = desk.tokens.verify(shown.values["access_token"])
    assert claims.factor_at == work.actor.factor_at == again.actor.factor_at == factors.proven_at


async def test_factor_is_asked_for_after_the_password(
    platform: Platform, desk: Desk, factors: Demanding, seller: Colleague
) -> None:
    """A wrong password asks for no factor, a right one alone opens no session."""
    service = SignInService(work_of(platform), desk)
    factors.proven_at = None

    with pytest.raises(SignInFailed):
        await service.sign_in(Grant(GrantType.PASSWORD, seller.username, "wrong"))
    assert factors.asked == 0
    with pytest.raises(NotPermitted):
        await service.sign_in(Grant(GrantType.PASSWORD, seller.username, PASSWORD))

    rows = await platform.database.fetch(
        "select 1 from sessions where user_id = $1", [seller.user_id]
    )
    assert (factors.asked, rows) == (1, [])


async def test_session_opens_without_a_password(
    platform: Platform, desk: Desk, seller: Colleague
) -> None:
    """Whatever else proves who it is opens a session by the same door."""
    work = work_of(platform)
    opener = SessionOpener(work, desk)
    user = await opener.active(seller.user_id)
    assert user is not None

    await opener.open(user, Opening(agent="passkey"))

    assert work.actor.actor_id == seller.user_id
