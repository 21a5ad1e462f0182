"""The generated passwords of the database roles."""

import json
from pathlib import Path

import pytest

from app.postgres.addresses import Role
from app.postgres.passwords import kept_in, make, verifier
from app.postgres.refusals import PostgresUnavailableError


def test_each_role_has_its_own_password(tmp_path: Path) -> None:
    """What is drawn is long, different for each role, and found again."""
    make(tmp_path / "passwords.json")

    made = kept_in(tmp_path / "passwords.json")

    assert len(set(made.values())) == len(Role)
    assert min(map(len, made.values())) >= 43


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """The file has mode 0600, and gets it back when it was opened up."""
    path = tmp_path / "passwords.json"
    make(path)
    born = path.stat().st_mode & 0o777
    path.chmod(0o644)

    kept_in(path)

    assert (born, path.stat().st_mode & 0o777) == (0o600, 0o600)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"postgres": "x"})])
def test_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    """A file without all the passwords is refused and left as it is."""
    path = tmp_path / "passwords.json"
    path.write_text(content)

    with pytest.raises(PostgresUnavailableError, match="restore it from a backup"):
        kept_in(path)

    assert path.read_text() == content


def test_verifier_is_salted() -> None:
    """What PostgreSQL gets holds no password and differs each time."""
    first, second = verifier("open sesame"), verifier("open sesame")

    assert first != second
    assert first.startswith("SCRAM-SHA-256$4096:")
    assert "sesame" not in first
