"""The platform of a command."""

import pytest

from app.commands.platform import open_platform
from app.core import keys
from app.core.jobs import job_work
from app.settings import Settings
from tests.conftest import DatabaseUrls


async def test_platform_is_open_and_closed_again(
    settings: Settings, database_urls: DatabaseUrls
) -> None:
    """A line can be written while it is open; afterwards its ledger is closed."""
    async with open_platform(settings, database_urls.app) as platform:
        await job_work(platform, "try_platform").settle()
        found = await platform.database.fetch("select count(*) from audit_lines", [])

    assert found[0][0] >= 1
    assert not await platform.ledger.probe()


async def test_other_keys_are_refused(
    settings: Settings, database_urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A database that was sealed with other keys is left alone."""
    async with open_platform(settings, database_urls.app):
        pass
    other = settings.model_copy(update={"home": tmp_path_factory.mktemp("other")})
    keys.create_missing(other.keys_folder)

    with pytest.raises(keys.KeysRefused):
        async with open_platform(other, database_urls.app):
            pass
