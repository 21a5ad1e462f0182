"""The unprivileged account PostgreSQL runs under."""

import os
from pathlib import Path

import pytest

from app.postgres.account import doorway, needed_for
from app.postgres.cluster import Cluster


def test_ordinary_user_needs_no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not root runs PostgreSQL as himself, by the plain path."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    account = needed_for(tmp_path)

    assert account is None
    with doorway(tmp_path, account) as seen:
        assert (seen.path, seen.descriptors) == (str(tmp_path), ())


@pytest.mark.skipif(os.geteuid() != 0, reason="about being root")
def test_owner_of_existing_data_is_kept(tmp_path: Path) -> None:
    """The account that owns the data stays the account, whatever accounts there are by now."""
    os.chown(tmp_path, 65534, 12345)

    account = needed_for(tmp_path)

    assert account is not None
    assert (account.uid, account.gid) == (65534, 12345)


@pytest.mark.skipif(os.geteuid() != 0, reason="about being root")
async def test_data_copied_by_root_are_given_back(cluster: Cluster) -> None:
    """A cluster restored with root as its owner starts again under the account."""
    await cluster.stop()
    for path in (cluster.folders.data, *cluster.folders.data.rglob("*")):
        os.chown(path, 0, 0)

    await cluster.start()

    assert cluster.folders.data.stat().st_uid != 0
