"""PostgreSQL's programs under an account they accept."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.postgres.account import needed_for
from app.postgres.binaries import Binaries, find
from app.postgres.cluster import Cluster
from app.postgres.programs import Programs, within_reach
from app.postgres.refusals import PostgresUnavailableError
from app.postgres.sessions import session
from tests.postgres.conftest import QUICK

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="about being root")


@pytest.fixture
def hidden(tmp_path: Path) -> Binaries:
    """Provide binaries below a folder that only root can enter, as in a clone below /root."""
    tmp_path.chmod(0o700)
    binaries = find()
    prefix, package = binaries.folder.parent, binaries.folder.parent.parent
    target = tmp_path / package.name / prefix.name
    shutil.copytree(prefix, target, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, tmp_path / libraries.name)
    return find(target / "bin")


@pytest.fixture
def copies() -> Iterator[Path]:
    """Provide a place that everybody can walk to."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "cims"


def mode_and_owner(path: Path) -> tuple[int, int]:
    """Return who may enter a folder, and whose it is."""
    return path.stat().st_mode & 0o777, path.stat().st_uid


@as_root
async def test_private_places_work_as_root(hidden: Binaries, copies: Path, tmp_path: Path) -> None:
    """With data and binaries where only root can go, the server runs, and not as root."""
    cluster = Cluster(tmp_path / "home", hidden, settings=QUICK, copies=copies)

    addresses = await cluster.start()

    async with session(addresses.app) as app:
        assert await app.fetchval("SELECT 1") == 1
    await cluster.stop()
    assert mode_and_owner(tmp_path) == (0o700, 0)
    assert mode_and_owner(cluster.folders.data)[1] != 0


@as_root
def test_copy_is_made_once(hidden: Binaries, copies: Path, tmp_path: Path) -> None:
    """The copy is found again, and a folder within reach is never copied."""
    account = needed_for(tmp_path / "data")

    first = within_reach(hidden, account, copies)
    again = within_reach(hidden, account, copies)
    reachable = within_reach(Binaries(first, hidden.version), account, copies)

    assert first == again == reachable
    assert first.is_relative_to(copies)
    assert len(list(copies.iterdir())) == 1


@as_root
def test_impossible_copy_is_refused(hidden: Binaries, tmp_path: Path) -> None:
    """Binaries that can be neither reached nor copied are refused in one sentence."""
    (tmp_path / "file").touch()

    with pytest.raises(PostgresUnavailableError, match="cannot be copied"):
        within_reach(hidden, needed_for(tmp_path / "data"), tmp_path / "file")


def test_complaint_is_handed_on(tmp_path: Path) -> None:
    """A program that fails is refused with the last thing it said."""
    (tmp_path / "initdb").write_text("#!/bin/sh\necho working; echo 'disk is full' >&2; exit 3\n")
    (tmp_path / "initdb").chmod(0o755)
    programs = Programs(tmp_path, tmp_path, None)

    with pytest.raises(PostgresUnavailableError, match="initdb failed: disk is full"):
        programs.run("initdb", lambda _: [])


def test_missing_program_is_refused(tmp_path: Path) -> None:
    """A program that is not there is refused by its path."""
    with pytest.raises(PostgresUnavailableError, match="cannot be started"):
        Programs(tmp_path, tmp_path, None).run("initdb", lambda _: [])
