"""The contenders: the service as it ships, and the reference, each a process of its own."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERVICE: Final = [sys.executable, "-m", "app.cli", "serve"]
REFERENCE: Final = [sys.executable, "-m", "bench.reference"]
ROOT: Final = Path(__file__).parent.parent
UP_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0
NO_QUOTAS: Final = {"CIMS_LIMITS__REQUESTS_PER_MINUTE": "1000000000"} | {
    f"CIMS_QUOTAS__{name}": "0"
    for name in (
        *("RECORDS_PER_DAY", "RECORDS_PER_DAY_CLIENTS", "LOOKUPS_PER_DAY"),
        *("LOOKUPS_PER_DAY_CLIENTS", "REVEALS_PER_DAY", "REVEALS_WITHOUT_FACTOR"),
    )
}


@dataclass(frozen=True, slots=True)
class Contender:
    """A server under measurement."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def is_service(self) -> bool:
        """Whether it is the service, not a reference."""
        return self.name == "service"


def start_service(
    home: Path, url: str, port: int, *, with_worker: bool = False
) -> subprocess.Popen[bytes]:
    """Start the service on a database that is ready; nothing is set but where things are.

    But for quotas and the throttle: a bench reads in a minute what nobody may read in a day. The
    worker would be measured along, with what it makes of the lines of a minute like that.
    """
    named = {"CIMS_HOME": str(home), "CIMS_PORT": str(port), "CIMS_DATABASE__URL": url}
    named["CIMS_JOBS__WORKER"] = str(with_worker)
    return _start(SERVICE, named | NO_QUOTAS)


@asynccontextmanager
async def service(home: Path, url: str, *, with_worker: bool = False) -> AsyncIterator[Contender]:
    """Run the service."""
    port = free_port()
    process = start_service(home, url, port, with_worker=with_worker)
    async with _running("service", port, process) as contender:
        yield contender


@asynccontextmanager
async def reference(name: str, url: str, *words: str) -> AsyncIterator[Contender]:
    """Run the reference."""
    port = free_port()
    process = _start([*REFERENCE, "--port", str(port), *words], {"BENCH_URL": url})
    async with _running(name, port, process) as contender:
        yield contender


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


async def until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes connections; raises when it ends or takes too long."""
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("a server did not start")


def surroundings(named: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program of ours: as here, but with these settings alone."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CIMS_")}
    return {**inherited, **named}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one of our own processes, gently first."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@asynccontextmanager
async def _running(
    name: str, port: int, process: subprocess.Popen[bytes]
) -> AsyncIterator[Contender]:
    try:
        await until_listening(port, process)
        yield Contender(name, port, process)
    finally:
        await asyncio.to_thread(stop, process)


def _start(command: list[str], named: Mapping[str, str]) -> subprocess.Popen[bytes]:
    env = surroundings(named)
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
