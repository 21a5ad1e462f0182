"""A service with a mail server, whose rounds are opened by a worker of the tests."""

from collections.abc import AsyncIterator

import pytest

from app.core import job_worker
from app.settings import Settings
from tests.conftest import NewDatabase
from tests.features.campaigns.desk import Desk
from tests.features.mail.mailing import a_post, mail_settings
from tests.features.mail.sink import a_sink


@pytest.fixture(scope="module")
async def desk(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Desk]:
    """The service of a module, its mail, and its steward."""
    async with a_sink() as sink, a_post(await new_database(), settings, sink) as post:
        mailing = settings.model_copy(update={"mail": mail_settings(sink)})
        yield await Desk.opened(post, mailing)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers look often."""
    monkeypatch.setattr(job_worker, "LOOK", 0.1)
