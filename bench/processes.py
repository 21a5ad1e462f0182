"""What the kernel says of processes: time used, memory held, how busy the machine is."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
# Places in /proc/<pid>/stat behind the command's closing bracket.
PARENT, FIRST_TIME, LAST_TIME, RESIDENT = 1, 11, 14, 21


@dataclass(frozen=True, slots=True)
class Machine:
    """The facts that a table of numbers needs beside it."""

    cores: int
    model: str
    memory_gib: int


def machine() -> Machine:
    """Describe the machine, without naming it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    octets = os.sysconf("SC_PHYS_PAGES") * PAGE
    return Machine(os.cpu_count() or 1, models[0] if models else "unknown", round(octets / 2**30))


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process and all below it, ended children included."""
    stats = _all_stats()
    ticks = sum(
        sum(map(int, stats[pid][FIRST_TIME : LAST_TIME + 1])) for pid in _below(root, stats)
    )
    return ticks * TICK


def below(root: int) -> set[int]:
    """Return the ids of a process and all below it."""
    return _below(root, _all_stats())


def resident_mib(pid: int) -> float:
    """Return the memory that a process holds."""
    return int(_stat(pid)[RESIDENT]) * PAGE / 2**20


def load_average() -> float:
    """Return how many processes wanted to run, over the last minute."""
    return os.getloadavg()[0]


def _below(root: int, stats: dict[int, list[str]]) -> set[int]:
    """Return a process and its descendants; ids may wrap, so look until no more are found."""
    below: set[int] = set()
    more = {root} & stats.keys()
    while more:
        below |= more
        more = {pid for pid in stats if int(stats[pid][PARENT]) in below} - below
    return below


def _all_stats() -> dict[int, list[str]]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = _stat(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
