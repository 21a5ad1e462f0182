"""What tests of the core share."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import job_worker
from tests.conftest import DatabaseUrls
from tests.core.job_scene import Table
from tests.core.trail import Trail, Urls, opened


@pytest.fixture
async def trail(database_urls: Urls, tmp_path: Path) -> AsyncIterator[Trail]:
    """Provide an empty audit trail, on a database of this module's own."""
    async with opened(database_urls, tmp_path) as made:
        yield made


@pytest.fixture
def table(database_urls: DatabaseUrls) -> Table:
    """The jobs of this module's database."""
    return Table(database_urls.owner)


@pytest.fixture
def quick_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often for jobs, and try again sooner."""
    monkeypatch.setattr(job_worker, "LOOK", 0.05)
    monkeypatch.setattr(job_worker, "_backoff", lambda _attempts: timedelta())
