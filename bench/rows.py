"""Loading a spreadsheet: `cims load customers` as an operator runs it, on new rows of the bench."""

import asyncio
import csv
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.features.customers.models import Customer
from bench.contenders import ROOT, surroundings
from bench.data import HEAD
from bench.ground import Ground
from bench.people import people
from bench.plans import NOT_HERS
from bench.processes import cpu_seconds

FIRST: Final = 5_000_000
MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took."""

    rows: int
    seconds: float
    loader_us: float
    postgres_us: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Rows a second, from the start of the program to its end."""
        return self.rows / self.seconds


async def load_rows(ground: Ground, count: int) -> Loaded:
    """Write a sheet with Chinese headers, load it, and return what that took."""
    sheet = ground.home / "bench.csv"
    _write(sheet, count)
    before, began = cpu_seconds(ground.postmaster), time.monotonic()
    used = await asyncio.to_thread(_run, ground, sheet)
    seconds = time.monotonic() - began
    postgres = cpu_seconds(ground.postmaster) - before
    return Loaded(
        rows=count,
        seconds=seconds,
        loader_us=(used.ru_utime + used.ru_stime) / count * MICRO,
        postgres_us=postgres / count * MICRO,
        peak_mib=used.ru_maxrss / 1024,
    )


def _write(sheet: Path, count: int) -> None:
    names = [name for name in next(people(1, ["none"])) if name not in NOT_HERS]
    names.append("other_name")
    with sheet.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([Customer.fields[name].zh for name in dict.fromkeys(names)])
        for one in people(count, ["none"], FIRST):
            writer.writerow([one.get(name) for name in dict.fromkeys(names)])


def _run(ground: Ground, sheet: Path) -> resource.struct_rusage:
    command = [sys.executable, "-m", "app.cli", "load", "customers", str(sheet)]
    named = {
        "CIMS_HOME": str(ground.home),
        "CIMS_DATABASE__URL": ground.cluster.addresses.app,
    }
    process = subprocess.Popen(
        [*command, "--department", HEAD],
        env=surroundings(named),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("loading failed")
    return used
