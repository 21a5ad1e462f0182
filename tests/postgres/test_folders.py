"""The places below one home folder."""

import os
from pathlib import Path

import pytest

from app.postgres.cluster import Cluster
from app.postgres.folders import Folders
from app.postgres.refusals import PostgresUnavailableError


@pytest.mark.parametrize(
    ("root", "has_socket"),
    [("/home/some body/客户/.cims", True), (f"/home/{'x' * 80}", False), ("/home/a,b", False)],
)
def test_unsuitable_path_has_no_socket(root: str, has_socket: bool) -> None:  # noqa: FBT001 - a table
    """A path longer than 103 bytes, or with a comma, is served over TCP alone."""
    assert (Folders(Path(root)).socket_folder is not None) is has_socket


async def test_nothing_is_open_to_others(cluster: Cluster) -> None:
    """Others reach nothing in the cluster's folder, and the passwords belong to the starter."""
    folders = cluster.folders
    paths = (folders.root, folders.data, folders.run, folders.journal.folder, folders.passwords)

    assert [path.stat().st_mode & 0o007 for path in paths] == [0] * len(paths)
    assert (folders.passwords.stat().st_mode & 0o777, folders.passwords.stat().st_uid) == (
        0o600,
        os.geteuid(),
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    """Root does not write into a folder that somebody else could have prepared."""
    folders = Folders(tmp_path / "postgres")
    folders.root.mkdir()
    os.chown(folders.root, 65534, 65534)

    with pytest.raises(PostgresUnavailableError, match="another user"):
        folders.make()


def test_unusable_place_is_refused(tmp_path: Path) -> None:
    """A home that is a file is refused in one sentence."""
    (tmp_path / "home").touch()

    with pytest.raises(PostgresUnavailableError, match="cannot be used"):
        Folders(tmp_path / "home" / "postgres").make()
