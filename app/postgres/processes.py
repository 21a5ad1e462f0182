"""What the operating system knows about the processes at work in a data folder."""

import os
import subprocess
from pathlib import Path

_PROC = Path("/proc")


def is_at_work(pid: int, folder: Path) -> bool:
    """Say whether the process lives and works in the folder: no zombie, no stranger with its id."""
    if not (_PROC / "self").exists():
        return _is_listed(pid, folder)
    try:
        state = (
            (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        )
        return state not in "ZX" and (_PROC / str(pid) / "cwd").samefile(folder)
    except OSError:
        return False


def left_in(folder: Path) -> list[int]:
    """List PostgreSQL's living processes in the folder (none where the system cannot tell)."""
    pids = (int(entry.name) for entry in _PROC.glob("[0-9]*"))
    return [pid for pid in pids if _is_postgres(pid) and is_at_work(pid, folder)]


def signal_all(pids: list[int], number: int) -> None:
    """Send a signal to each that still lives."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _is_postgres(pid: int) -> bool:
    try:
        return (_PROC / str(pid) / "comm").read_text(errors="replace").strip() == "postgres"
    except OSError:
        return False


def _is_listed(pid: int, folder: Path) -> bool:
    """Ask ps, where there is no /proc: the folder stands among the server's arguments."""
    asked = subprocess.run(
        ["ps", "-ww", "-o", "stat=", "-o", "args=", "-p", str(pid)],  # noqa: S607 - wherever ps is
        check=False,
        capture_output=True,
        text=True,
    )
    line = asked.stdout.strip()
    return bool(line) and not line.startswith("Z") and str(folder) in line
