"""What tests of the core share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.trail import Trail, Urls, opened


@pytest.fixture
async def trail(database_urls: Urls, tmp_path: Path) -> AsyncIterator[Trail]:
    """Provide an empty audit trail, on a database of this module's own."""
    async with opened(database_urls, tmp_path) as made:
        yield made
