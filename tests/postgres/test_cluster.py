"""One PostgreSQL of our own, from its first start to its stop."""

from pathlib import Path

import pytest

from app.postgres.binaries import find
from app.postgres.cluster import Cluster
from app.postgres.refusals import PostgresUnavailableError
from app.postgres.sessions import session
from tests.postgres.conftest import QUICK


async def test_restart_keeps_the_data(any_cluster: Cluster) -> None:
    """After stop and start the data, the passwords and the port are the same."""
    before = any_cluster.addresses
    async with session(before.owner) as owner:
        await owner.execute(
            "DROP TABLE IF EXISTS names; CREATE TABLE names AS SELECT '王芳' AS name"
        )

    await any_cluster.stop()
    stopped = any_cluster.is_alive()
    after = await any_cluster.start()

    async with session(after.owner) as owner:
        assert await owner.fetchval("SELECT name FROM names") == "王芳"
    assert (stopped, any_cluster.is_alive(), after) == (False, True, before)


async def test_starting_twice_changes_nothing(any_cluster: Cluster) -> None:
    """A second start finds the same server."""
    pid = (any_cluster.folders.data / "postmaster.pid").read_text().split()[0]

    assert await any_cluster.start() == any_cluster.addresses
    assert (any_cluster.folders.data / "postmaster.pid").read_text().split()[0] == pid


async def test_defaults_keep_every_commit(cluster: Cluster) -> None:
    """Unless told otherwise, a commit is on the disk before it is answered."""
    async with session(cluster.addresses.app) as app:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await app.fetchval("SELECT current_setting($1)", name) == "on"


async def test_nothing_to_stop_is_fine(tmp_path: Path) -> None:
    """Stopping a cluster that was never made does nothing, and makes nothing."""
    cluster = Cluster(tmp_path / "home", find(), settings=QUICK)

    await cluster.stop()

    assert not (tmp_path / "home").exists()
    with pytest.raises(PostgresUnavailableError, match="not been started"):
        _ = cluster.addresses


async def test_lost_passwords_are_not_drawn_anew(any_cluster: Cluster) -> None:
    """Data whose passwords are gone are refused, since new ones would not open them."""
    await any_cluster.stop()
    path = any_cluster.folders.passwords
    away = path.rename(path.with_suffix(".away"))

    with pytest.raises(PostgresUnavailableError, match="restore it from a backup"):
        await any_cluster.start()

    assert not path.exists()
    away.rename(path)
