"""One measurement: a contender under one operation, and what it cost."""

import asyncio
import json
import pickle
import sys
from dataclasses import dataclass
from typing import Final

from bench.contenders import ROOT, Contender
from bench.load import Plan
from bench.processes import cpu_seconds, load_average, resident_mib

LOAD: Final = (sys.executable, "-m", "bench.load")
MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run of the load found."""

    contender: str
    operation: str
    rate: float
    p50: float
    p99: float
    server_us: float
    postgres_us: float
    resident_mib: float
    octets: float
    refused: int
    load: float

    @property
    def cpu_us(self) -> float:
        """Processor time of server and database for one request."""
        return self.server_us + self.postgres_us


async def measure(contender: Contender, operation: str, plan: Plan, postmaster: int) -> Measured:
    """Put the load on a contender, and read the processor time on both ends of it."""
    process = await asyncio.create_subprocess_exec(
        *LOAD, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(pickle.dumps(plan))
    process.stdin.close()
    begin = await process.stdout.readline()
    assert begin == b"begin\n", "the load did not begin"
    roots = (contender.process.pid, postmaster)
    before = [cpu_seconds(root) for root in roots]
    found = json.loads(await process.stdout.readline())
    server, postgres = (
        (cpu_seconds(root) - was) / max(1, found["requests"]) * MICRO
        for root, was in zip(roots, before, strict=True)
    )
    await process.wait()
    return Measured(
        contender=contender.name,
        operation=operation,
        rate=found["requests"] / found["seconds"],
        p50=found["p50"],
        p99=found["p99"],
        server_us=server,
        postgres_us=postgres,
        resident_mib=resident_mib(contender.process.pid),
        octets=found["octets"] / max(1, found["requests"]),
        refused=sum(found["others"].values()),
        load=load_average(),
    )
