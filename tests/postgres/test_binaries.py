"""Which PostgreSQL is used."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.postgres.binaries import WHEEL, find
from app.postgres.refusals import PostgresUnavailableError

Fake = Callable[[Path, str], Path]


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide an empty wheel that hides an installed one."""
    package = tmp_path / "site" / WHEEL
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(package.parent))
    return package


@pytest.fixture
def path(tmp_path: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide a machine with PostgreSQL 17.5 on its PATH."""
    folder = fake(tmp_path / "machine", "17.5")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_named_folder_comes_first(tmp_path: Path, fake: Fake, wheel: Path, path: Path) -> None:
    """A folder that was named wins over wheel and machine."""
    fake(wheel / "pginstall18" / "bin", "18.4")
    named = fake(tmp_path / "named", "16.1")

    assert find(named).folder == named


def test_wheel_comes_second_with_its_newest_version(fake: Fake, wheel: Path, path: Path) -> None:
    """The wheel wins over the machine, its newest PostgreSQL over its others, without import."""
    for folder, version in (("pginstall", "16.14"), ("pginstall18", "18.4")):
        fake(wheel / folder / "bin", version)

    found = find()

    assert (found.folder, found.version) == (wheel / "pginstall18" / "bin", "18.4")
    assert WHEEL not in sys.modules


def test_machine_comes_last(wheel: Path, path: Path) -> None:
    """Without a named folder and a wheel, the PostgreSQL on PATH is used."""
    found = find()

    assert (found.folder, found.major) == (path, 17)


def test_pg_config_knows_the_machines_folder(
    tmp_path: Path, fake: Fake, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PATH has no postgres, pg_config is asked."""
    folder = fake(tmp_path / "lib" / "16" / "bin", "16.3")
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\necho {folder}\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find().folder == folder


def test_unsuitable_version_is_passed_over(fake: Fake, wheel: Path, path: Path) -> None:
    """A wheel with a PostgreSQL that is too new leaves the choice to the machine."""
    fake(wheel / "pginstall19" / "bin", "19.0")

    assert find().folder == path


@pytest.mark.parametrize("version", ["14.2", "19beta1"])
def test_other_versions_are_refused(tmp_path: Path, fake: Fake, version: str) -> None:
    """Older and newer versions than 15 to 18 are refused with both numbers in the sentence."""
    folder = fake(tmp_path / "other", version)

    with pytest.raises(PostgresUnavailableError, match=f"PostgreSQL {version[:2]}.* 15 to 18"):
        find(folder)


def test_named_folder_without_postgres_is_refused(tmp_path: Path, path: Path) -> None:
    """A named folder that holds nothing is refused; nothing else is tried instead."""
    with pytest.raises(PostgresUnavailableError, match="no working postgres"):
        find(tmp_path)


def test_tools_come_from_the_servers_folder(path: Path, fake: Fake) -> None:
    """A tool is the one beside the server, and a missing one is refused by name."""
    found = find(path)

    assert found.tool("initdb") == path / "initdb"
    with pytest.raises(PostgresUnavailableError, match="pg_dump"):
        found.tool("pg_dump")
