"""Single connections of the administrator."""

from pathlib import Path

import pytest

from app.postgres.addresses import Addresses, Role
from app.postgres.cluster import Cluster
from app.postgres.refusals import PostgresInterruptedError, PostgresUnavailableError
from app.postgres.sessions import session


async def test_wrong_password_is_one_sentence(cluster: Cluster) -> None:
    """A password that does not belong to the data is refused in plain words, without itself."""
    addresses = cluster.addresses
    strange = Addresses(addresses.port, addresses.socket_folder, dict.fromkeys(Role, "wrong-one"))

    with pytest.raises(PostgresUnavailableError, match="refuses the password") as refused:
        async with session(strange.superuser):
            pass

    assert "wrong-one" not in str(refused.value)


async def test_silence_is_one_sentence(tmp_path: Path) -> None:
    """An address where nobody answers is refused in plain words."""
    nowhere = Addresses(20000, tmp_path, dict.fromkeys(Role, "x"))

    with pytest.raises(PostgresInterruptedError, match="does not answer"):
        async with session(nowhere.superuser):
            pass
