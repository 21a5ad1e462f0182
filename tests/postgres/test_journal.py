"""PostgreSQL's own log."""

import os
from pathlib import Path

from app.postgres.journal import Journal


def test_only_the_newest_files_are_kept(tmp_path: Path) -> None:
    """Ten dated files stay, the newest; other files are left alone."""
    names = [f"postgresql-202611{day:02}-000000.log" for day in range(1, 16)]
    for name in [*names, "other.txt"]:
        (tmp_path / name).touch()

    Journal(tmp_path / "start.log", tmp_path).prune()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.txt", *names[5:]]


def test_words_of_an_earlier_launch_do_not_count(tmp_path: Path) -> None:
    """When a launch ended before its dated file, the file of the launch before is not read."""
    journal = Journal(tmp_path / "start.log", tmp_path)
    (tmp_path / "postgresql-20261101-000000.log").write_text("FATAL: lock file")
    os.utime(tmp_path / "postgresql-20261101-000000.log", (0, 0))
    journal.first_words.write_text("FATAL: no memory")

    assert journal.newest == journal.first_words
    assert "lock file" not in journal.last_words()
