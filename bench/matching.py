"""Doubles among many customers: `python -m bench.matching`.

How long the check while typing takes, and how long a scan of all of them, by the product's own code
in one process, with sealing and audit; without HTTP, which costs about a millisecond.
"""

import argparse
import itertools
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import uvloop

from app.core.work import Platform
from app.features.customers.schemas.duplicates import DuplicateCheck
from app.features.customers.service import ProbeService, ScanService
from app.settings import Settings
from bench import data
from bench.ground import prepared
from bench.people import people
from bench.processes import resident_mib

NOT_THERE: Final = UUID(int=0)
TYPED: Final = ("kind", "name", "phone", "city")


def slipped(one: dict[str, Any]) -> dict[str, Any]:
    """Return what a clerk types of somebody known, with a wrong digit."""
    typed = {name: one[name] for name in TYPED if one.get(name)}
    if phone := typed.get("phone"):
        typed["phone"] = f"{phone[:-1]}{(int(phone[-1]) + 1) % 10}"
    return typed


async def probed(platform: Platform, count: int, tries: int) -> list[float]:
    """Return the milliseconds of checks, in order of length."""
    took = []
    known = itertools.islice(people(count, ["none"]), 0, None, max(1, count // tries))
    for one in itertools.islice(known, tries):
        typed = DuplicateCheck(**slipped(one))
        began = time.perf_counter()
        work = data.job(platform, "bench.check")
        await ProbeService(work).check(typed)
        await work.settle()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


async def scanned(platform: Platform) -> tuple[int, int, float]:
    """Return how many customers were weighed, how many pairs found, in how many seconds."""
    began, after, weighed, pairs = time.perf_counter(), NOT_THERE, 0, 0
    last: UUID | None = after
    while last is not None:
        work = data.job(platform, "bench.scan")
        async with work.pinned(), work.changing():
            last, number, added = await ScanService(work).go_on(after)
        weighed, pairs, after = weighed + number, pairs + added, last or after
    return weighed, pairs, time.perf_counter() - began


async def bench(home: Path, count: int, tries: int) -> None:
    """Measure on customers of the bench, and print."""
    async with prepared(home, count) as ground:
        settings = Settings(home=home)
        async with data.open_platform(settings, ground.cluster.addresses.app) as platform:
            await probed(platform, count, 20)
            took = await probed(platform, count, tries)
            print(
                f"check among {count}: p50 {took[len(took) // 2]:.1f} ms, "
                f"p99 {took[len(took) * 99 // 100]:.1f} ms (at most 30)"
            )
            weighed, pairs, seconds = await scanned(platform)
            print(
                f"scan: {weighed} customers in {seconds:.0f} s, {weighed / seconds:,.0f} a second "
                f"(asked: 833), {pairs} new pairs; {resident_mib(os.getpid()):.0f} MiB"
            )


def main() -> None:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--tries", type=int, default=300)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="cims-bench-") as folder:
        uvloop.run(bench(Path(folder), given.customers, given.tries))


if __name__ == "__main__":
    main()
