"""The commands of the project: listed, runnable by CI, and clear about what they lack."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.house.dockerfile import ROOT

_PROMISED = {"run", "test", "check", "bench", "fix", "migrate", "docs"}


def test_make_alone_lists_every_command() -> None:
    """Whoever types `make` sees each command with a line about it."""
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = re.findall(r"^  make (\w+) +\w", _make(ROOT).stdout, re.MULTILINE)

    assert declared
    assert sorted(listed) == sorted(declared[1].split())
    assert set(listed) >= _PROMISED


def test_ci_runs_tests_then_checks() -> None:
    """CI is the two commands a developer types, and stops at the first that fails."""
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()

    assert os.access(script, os.X_OK)
    assert lines[-2:] == ["make test", "make check"]
    assert "set -euo pipefail" in lines


def test_missing_python_is_named(tmp_path: Path) -> None:
    """Without a Python that is new enough, make says so and leaves nothing behind."""
    programs = tmp_path / "bin"
    programs.mkdir()
    old = programs / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)

    done = _make(tmp_path, "run", path=str(programs))

    assert done.returncode != 0
    assert "CIMS needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def _make(folder: Path, *targets: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make") or "make"
    variables = {"PATH": path or os.environ["PATH"]}
    return subprocess.run(
        [make, *targets], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
