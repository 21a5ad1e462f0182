"""A service that sends mail to a server of the tests."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.mail.mailing import Post, a_post
from tests.features.mail.sink import Sink, a_sink


@pytest.fixture(scope="module")
async def own_sink() -> AsyncIterator[Sink]:
    """A mail server."""
    async with a_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
async def module_post(
    new_database: NewDatabase, settings: Settings, own_sink: Sink
) -> AsyncIterator[Post]:
    """The service of a module, with its mail server."""
    async with a_post(await new_database(), settings, own_sink, seconds=1.0) as post:
        yield post


@pytest.fixture
async def post(module_post: Post) -> Post:
    """The service, nothing waiting, the server empty and well."""
    await module_post.run("delete from messages")
    for kept in (module_post.sink.received, module_post.sink.raw, module_post.sink.faults):
        kept.clear()
    return module_post
