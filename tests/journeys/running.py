"""The service as an operator starts it: `cims run` in a process and a home of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.features.factors.builders import code_now

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Run:
    """A running `cims run`."""

    home: Path
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> None:
        """Wait until it answers; shows what it printed when it never does."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.process.kill()
        raise AssertionError(self.process.communicate()[0])

    def ask(self, role: str, method: str, path: str, **content: Any) -> httpx.Response:
        """Sign in as a role and ask once."""
        return httpx.request(
            method, self.url + path, headers=self._signed_in(role), timeout=20, **content
        )

    def _signed_in(self, role: str) -> dict[str, str]:
        users = json.loads((self.home / "demo-users.json").read_text())
        user = next(user for user in users if user["role"] == role)
        form = {"grant_type": "password", **{k: user[k] for k in ("username", "password")}}
        if "totp_secret" in user:
            form["otp"] = code_now(user["totp_secret"])
        token = httpx.post(f"{self.url}/v1/auth/token", data=form).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def interrupt(self) -> str:
        """Press Ctrl-C and return what was printed."""
        self.process.send_signal(signal.SIGINT)
        printed, _ = self.process.communicate(timeout=PATIENCE)
        return printed

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def cims_run(home: Path, port: int) -> Iterator[Run]:
    """Start `cims run` and wait for it; whatever is left of it ends with the block."""
    command = [sys.executable, "-m", "app.cli", "run"]
    surroundings = {**os.environ, "CIMS_HOME": str(home), "CIMS_PORT": str(port)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Run(home, port, process)
    try:
        run.wait_until_ready()
        yield run
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
