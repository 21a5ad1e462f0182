"""What the operating system knows about the processes in a folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.postgres import processes
from app.postgres.cluster import Cluster


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_zombie_and_stranger_are_not_at_work(tmp_path: Path) -> None:
    """A process counts while it lives and works in that folder, and no longer."""
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as worker:  # noqa: S607 - any sleep will do
        alive = processes.is_at_work(worker.pid, tmp_path)
        elsewhere = processes.is_at_work(worker.pid, tmp_path.parent)
        worker.kill()
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
        as_zombie = processes.is_at_work(worker.pid, tmp_path)

    assert (alive, elsewhere, as_zombie) == (True, False, False)


def test_ps_answers_where_there_is_no_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without /proc a process is known by the folder among its arguments."""
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    code = "input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE
    ) as worker:
        alive = processes.is_at_work(worker.pid, tmp_path)
        elsewhere = processes.is_at_work(worker.pid, tmp_path / "other")
        worker.kill()
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
        as_zombie = processes.is_at_work(worker.pid, tmp_path)

    assert (alive, elsewhere, as_zombie) == (True, False, False)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_only_postgres_is_listed(cluster: Cluster) -> None:
    """The server's processes are found by their folder; another program in it is not."""
    data = cluster.folders.data
    with subprocess.Popen(["sleep", "60"], cwd=data) as shell:  # noqa: S607 - any sleep will do
        listed = processes.left_in(data)
        shell.kill()

    assert len(listed) > 3
    assert shell.pid not in listed
