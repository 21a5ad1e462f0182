"""Measure the service beside the bare reference: `make bench`, or `--quick` as CI does."""

import argparse
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uvloop

from bench.contenders import Contender, reference, service
from bench.ground import Ground, prepared
from bench.measuring import Measured, measure
from bench.plans import OPERATIONS, plan
from bench.processes import resident_mib
from bench.report import Findings, breaches, tell, write_page
from bench.rows import load_rows

LONGER: Final = {"S"}  # the reference answers a handful in a second


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure, and how long."""

    customers: int
    operations: Sequence[str]
    rounds: int
    seconds: float
    home: Path | None
    is_quick: bool
    loads: bool
    writes: bool


def read_wish(words: Sequence[str]) -> Wish:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="R and L only, in under a minute")
    parser.add_argument("--customers", type=int, help="how many (100,000; 10,000 when quick)")
    parser.add_argument("--only", help="which operations, as in RLW")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, help="how long each measurement takes")
    parser.add_argument("--home", type=Path, help="a folder to keep the data in for another run")
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md alone")
    given = parser.parse_args(words)
    return Wish(
        customers=given.customers or (10_000 if given.quick else 100_000),
        operations=given.only or ("RL" if given.quick else list(OPERATIONS)),
        rounds=given.rounds,
        seconds=given.seconds or (2.0 if given.quick else 8.0),
        home=given.home,
        is_quick=given.quick,
        loads=not (given.quick or given.only),
        writes=not (given.quick or given.dry),
    )


async def bench(wish: Wish, home: Path) -> int:
    """Measure, tell, and return 1 when a quick run finds the service far too slow."""
    async with prepared(home, wish.customers) as ground, _contenders(ground, wish) as contenders:
        before = resident_mib(contenders[0].process.pid)
        found = [
            one
            for number in range(wish.rounds)
            for one in await _round(ground, contenders, wish, number)
        ]
        loaded = await load_rows(ground, wish.customers) if wish.loads else None
        findings = Findings(found, await ground.version(), wish.customers, before, loaded)
    tell(findings)
    if wish.writes:
        write_page(findings)
    refused = breaches(findings) if wish.is_quick else []
    print("\n".join(refused))
    return 1 if refused else 0


async def _round(
    ground: Ground, contenders: Sequence[Contender], wish: Wish, number: int
) -> list[Measured]:
    """Let every contender do every operation once, the other way round every other time."""
    order = list(contenders) if number % 2 == 0 else list(reversed(contenders))
    found = []
    for operation in wish.operations:
        for contender in order:
            found.append(await _once(ground, contender, operation, wish, number))
            one = found[-1]
            print(
                f"{number + 1} {operation} {one.contender:<18} {one.rate:9.1f}/s "
                f"p50 {one.p50:8.2f} ms  p99 {one.p99:8.2f} ms  cpu {one.server_us:8.0f} + "
                f"{one.postgres_us:8.0f} us  load {one.load:.1f}",
                flush=True,
            )
    return found


async def _once(
    ground: Ground, contender: Contender, operation: str, wish: Wish, number: int
) -> Measured:
    made = plan(
        ground.rows, operation, contender.port, for_service=contender.is_service, seed=number
    )
    if not made.most:
        seconds = wish.seconds * (2 if operation in LONGER else 1)
        made = replace(made, seconds=seconds, warm_up=wish.seconds / 4)
    await ground.checkpoint()
    measured = await measure(contender, operation, made, ground.postmaster)
    if measured.refused or not measured.rate:
        raise RuntimeError(f"{contender.name} refused {measured.refused} of {operation}")
    return measured


@asynccontextmanager
async def _contenders(ground: Ground, wish: Wish) -> AsyncIterator[list[Contender]]:
    """Start the service and the references."""
    url = ground.reference_url
    async with AsyncExitStack() as stack:
        found = [
            await stack.enter_async_context(service(ground.home, ground.cluster.addresses.app)),
            await stack.enter_async_context(reference("bare", url)),
        ]
        if not wish.is_quick:
            bare = reference("bare, no reset", url, "--no-reset")
            found.append(await stack.enter_async_context(bare))
        yield found


def main() -> None:
    """Run the bench in a folder of its own, or in the one given."""
    wish = read_wish(sys.argv[1:])
    if wish.home is not None:
        sys.exit(uvloop.run(bench(wish, wish.home)))
    with TemporaryDirectory(prefix="cims-bench-") as folder:
        sys.exit(uvloop.run(bench(wish, Path(folder))))


if __name__ == "__main__":
    main()
