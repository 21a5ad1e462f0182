"""The server process of one data folder: brought up, found again, shut down."""

import signal
import subprocess
import time
from collections.abc import Callable

from app.postgres.folders import Folders
from app.postgres.processes import is_at_work, left_in, signal_all
from app.postgres.refusals import PostgresUnavailableError

_PAUSE, _PAUSE_AFTER_FAILURE = 0.02, 0.25
_FAST_SECONDS, _IMMEDIATE_SECONDS = 30.0, 5.0
_ASK_AFTER, _FORCE_AFTER = 1.0, 5.0  # orphaned backends leave by themselves within a moment
_PORT_LINE, _STATUS_LINE = 3, 7  # of postmaster.pid, counted from 0
# Worth another launch: something of the last server, or of a stranger, was still there.
_PASSING = ("lock file", "shared memory block", "could not create any TCP/IP sockets")


class Postmaster:
    """PostgreSQL's first process in a data folder, known by its pid file and its whereabouts."""

    def __init__(self, folders: Folders) -> None:
        self._data = folders.data
        self._run = folders.run
        self._journal = folders.journal
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the server lives; a dead child of ours is reaped on the way."""
        if self._child is not None:
            self._child.poll()
        line = self._pid_file_line(0)
        return int(line) if line.isdigit() and is_at_work(int(line), self._data) else None

    @property
    def port(self) -> int | None:
        """The port the living server listens on."""
        line = self._pid_file_line(_PORT_LINE)
        return int(line) if self.pid is not None and line.isdigit() else None

    @property
    def is_ready(self) -> bool:
        """Whether the server lives and says that it accepts connections."""
        return self.pid is not None and self._pid_file_line(_STATUS_LINE) == "ready"

    @property
    def is_child(self) -> bool:
        """Whether the server was launched by this object and lives."""
        return self._child is not None and self._child.poll() is None

    def bring_up(self, launch: Callable[[], subprocess.Popen[bytes]], until: float) -> None:
        """Wait until the server is ready, launching it as often as it takes."""
        launched: subprocess.Popen[bytes] | None = None
        while not self.is_ready:
            self._require_time(until, "is not ready yet")
            if self.pid is None and not self.is_child:
                if launched is not None:
                    self._require_passing_reason(launched.returncode)
                    time.sleep(_PAUSE_AFTER_FAILURE)
                self._clear_remains(until)
                self._child = launched = launch()
            time.sleep(_PAUSE)

    def shut_down(self) -> None:
        """End sessions and server, gently first; only ever the process found to be ours."""
        self._end_by(signal.SIGINT, _FAST_SECONDS)
        self._end_by(signal.SIGQUIT, _IMMEDIATE_SECONDS)
        if (pid := self._pid_or_child) is not None:
            raise PostgresUnavailableError(f"PostgreSQL, process {pid}, does not stop.")

    def _require_time(self, until: float, failing: str) -> None:
        if time.monotonic() > until:
            raise PostgresUnavailableError(f"PostgreSQL {failing}: see {self._journal.newest}.")

    def _require_passing_reason(self, exit_code: int) -> None:
        """Refuse when the server gave up by itself and would do so again."""
        words = self._journal.last_words()
        if exit_code > 0 and not any(reason in words for reason in _PASSING):
            raise PostgresUnavailableError(f"PostgreSQL did not start: see {self._journal.newest}.")

    def _clear_remains(self, until: float) -> None:
        """Let nothing of a killed server stand in the way: first its processes, then its locks.

        A lock may name a zombie nobody reaps, or a stranger with the same id, which PostgreSQL
        takes for alive for ever. Should a process escape our eye, PostgreSQL itself still finds
        it by its shared memory.
        """
        since = time.monotonic()
        while self.pid is None and (left := left_in(self._data)):
            waited = time.monotonic() - since
            if waited > _ASK_AFTER:
                signal_all(left, signal.SIGKILL if waited > _FORCE_AFTER else signal.SIGQUIT)
            self._require_time(until, "has old processes that do not end")
            time.sleep(_PAUSE)
        if self.pid is None:
            for lock in (self._data / "postmaster.pid", *self._run.iterdir()):
                lock.unlink(missing_ok=True)

    def _end_by(self, number: int, seconds: float) -> None:
        if (pid := self._pid_or_child) is None:
            return
        signal_all([pid], number)
        until = time.monotonic() + seconds
        while (self.is_child or is_at_work(pid, self._data)) and time.monotonic() < until:
            time.sleep(_PAUSE)

    @property
    def _pid_or_child(self) -> int | None:
        """Include a child that has not written its pid file yet, or has removed it at its end."""
        return self._child.pid if self._child is not None and self.is_child else self.pid

    def _pid_file_line(self, number: int) -> str:
        try:
            lines = (self._data / "postmaster.pid").read_text("ascii", "replace").splitlines()
        except OSError:
            return ""
        return lines[number].strip() if number < len(lines) else ""
