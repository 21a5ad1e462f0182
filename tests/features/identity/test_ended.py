"""Ended sessions in memory: read with a margin, remembered for the life of a token."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.core.clock import new_id
from app.core.problems import NotSignedIn
from app.core.tokens import Tokens
from app.core.work import Platform
from app.features.identity import ended as module
from app.features.identity.ended import OVERLAP, REMEMBERED, EndedSessions
from app.features.staff.directory import StaffDirectory
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring
from tests.features.staff.builders import a_colleague

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Story:
    """A database that tells what ended, and a clock."""

    def __init__(self) -> None:
        self.at = AT
        self.rows: dict[UUID, datetime] = {}
        self.asked: list[datetime] = []

    def now(self) -> datetime:
        """Return the moment of the story."""
        return self.at

    async def read(self, _database: Any, since: datetime) -> Mapping[UUID, datetime]:
        """Return what ended since then."""
        self.asked.append(since)
        return {session: ended for session, ended in self.rows.items() if ended > since}


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    """A story that the module believes."""
    story = Story()
    monkeypatch.setattr(module, "now", story.now)
    monkeypatch.setattr(module, "read_ended", story.read)
    return story


def an_ended() -> EndedSessions:
    """Return a memory with nothing in it."""
    return EndedSessions(None)  # type: ignore[arg-type]  # the story stands in for the database


async def test_first_reading_looks_back_for_the_life_of_a_token(story: Story) -> None:
    """Later ones look back to the one before, with a margin, even after a long silence."""
    ended = an_ended()
    await ended.refresh()
    story.at += timedelta(minutes=2)
    await ended.refresh()

    assert story.asked == [AT - REMEMBERED, AT - OVERLAP]


async def test_late_commit_is_not_missed(story: Story) -> None:
    """A session whose end became visible late is found by the next reading, and told once."""
    ended = an_ended()
    await ended.refresh()
    session = new_id()
    story.rows[session] = AT - timedelta(seconds=20)
    story.at += timedelta(seconds=0.5)

    assert await ended.refresh() == {session}
    assert await ended.refresh() == set()
    assert session in ended


async def test_memory_does_not_grow_for_ever(story: Story) -> None:
    """What ended before the oldest living token was issued is forgotten."""
    ended = an_ended()
    noted = new_id()
    ended.note({noted})
    story.at += REMEMBERED - timedelta(seconds=1)
    await ended.refresh()
    assert noted in ended

    story.at += timedelta(seconds=2)
    await ended.refresh()
    assert noted not in ended


async def test_directory_drops_the_tokens_at_once(
    platform: Platform, database_urls: DatabaseUrls, digest: str
) -> None:
    """Tokens of a session that ended are refused, seen before or not; others stay in memory."""
    nobody = await a_colleague(database_urls.owner, roles=(), digest=digest)
    tokens, ended = Tokens(a_ring(), "cims", "cims"), new_id()
    directory = StaffDirectory(platform.database, tokens, EndedSessions(platform.database))
    await directory.refresh()
    seen, unseen, other = [
        tokens.issue(nobody.user_id, "cims", frozenset(), session)
        for session in (ended, ended, new_id())
    ]
    directory.actor(seen)
    actor = directory.actor(other)

    directory.end({ended})

    for token in (seen, unseen):
        with pytest.raises(NotSignedIn):
            directory.actor(token)
    assert directory.actor(other) is actor
