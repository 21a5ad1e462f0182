"""What the tests of roles share."""

import pytest

from tests.features.roles.builders import Office, an_office
from tests.service import Service


@pytest.fixture(scope="session")
async def office(staffed_service: Service) -> Office:
    """Two administrators of the service that tests may change the staff of."""
    return await an_office(staffed_service)
