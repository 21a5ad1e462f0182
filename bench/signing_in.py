"""Reading while others sign in: `python -m bench.signing_in`.

Reads customers at a steady pace, half the time alone, half the time beside fifty sign-ins a
second, and compares: both in the same run, so that a noisy machine weighs on both.
"""

import argparse
import asyncio
import itertools
import statistics
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg
import httpx
import uvloop

from app.core.clock import now
from app.core.passwords import Passwords, generate_password
from app.features.staff.seeding import PUT_CREDENTIALS
from bench.contenders import Contender, service
from bench.ground import Ground, prepared
from bench.measuring import Measured, measure
from bench.plans import plan

CUSTOMERS: Final = 10_000
PER_SECOND: Final = 50
# Each source that is not signed in may ask so many times a minute: an office has several.
SOURCES: Final = [f"127.0.0.{number}" for number in range(2, 7)]
READERS: Final = 32
# A sixth of what the service can do: who asks more than it can has no percentile to speak of.
PACE: Final = 500.0
LIMIT: Final = 1.5


class Crowd:
    """Colleagues who sign in, fifty a second whatever the answers take."""

    def __init__(self, port: int, names: list[str], password: str) -> None:
        self._port = port
        self._password = password
        self._names = itertools.cycle(names)
        self._under_way: set[asyncio.Task[None]] = set()
        self.statuses: Counter[int] = Counter()

    async def keep_coming(self) -> None:
        """Sign in until cancelled."""
        clients = [self._client(source) for source in SOURCES]
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            for number in itertools.count():
                await asyncio.sleep(max(0.0, began + number / PER_SECOND - loop.time()))
                coming = asyncio.create_task(self._sign_in(clients[number % len(clients)]))
                self._under_way.add(coming)
                coming.add_done_callback(self._under_way.discard)
        finally:
            await asyncio.gather(*self._under_way, return_exceptions=True)
            for client in clients:
                await client.aclose()

    def _client(self, source: str) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(local_address=source)
        return httpx.AsyncClient(
            transport=transport, base_url=f"http://127.0.0.1:{self._port}", timeout=10
        )

    async def _sign_in(self, client: httpx.AsyncClient) -> None:
        form = {"grant_type": "password", "username": next(self._names), "password": self._password}
        answer = await client.post("/v1/auth/token", data=form)
        self.statuses[answer.status_code] += 1


async def with_passwords(ground: Ground) -> tuple[list[str], str]:
    """Give the users of the bench a password, and return their names with it."""
    password, passwords = generate_password(), Passwords()
    owner = await asyncpg.connect(ground.cluster.addresses.owner)
    try:
        digest = await passwords.digest(password)
        rows = await owner.fetch("select user_id, username from users where username like 'bench%'")
        for row in rows:
            await owner.execute(PUT_CREDENTIALS, row["user_id"], digest, now())
        return [row["username"] for row in rows], password
    finally:
        passwords.close()
        await owner.close()


async def read(ground: Ground, contender: Contender, seconds: float, seed: int) -> Measured:
    """Read for a while, at a steady pace."""
    made = plan(ground.rows, "R", contender.port, for_service=True, seed=seed)
    made = replace(made, seconds=seconds, warm_up=1.0, connections=READERS, pace=PACE)
    return await measure(contender, "R", made, ground.postmaster)


async def beside(
    ground: Ground, contender: Contender, crowd: Crowd, seconds: float, seed: int
) -> Measured:
    """Read while the crowd signs in."""
    coming = asyncio.create_task(crowd.keep_coming())
    try:
        return await read(ground, contender, seconds, seed)
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming


async def bench(home: Path, rounds: int, seconds: float) -> float:
    """Return by how much signing in raises the 99th percentile of reading, the median of rounds."""
    ratios = []
    async with prepared(home, CUSTOMERS) as ground:
        names, password = await with_passwords(ground)
        app = ground.cluster.addresses.app
        async with service(ground.home, app, with_worker=True) as contender:
            crowd = Crowd(contender.port, names, password)
            for number in range(rounds):
                alone = await read(ground, contender, seconds, number)
                both = await beside(ground, contender, crowd, seconds, number)
                ratios.append(both.p99 / alone.p99)
                print(
                    f"{number + 1} alone {alone.rate:7.0f}/s p50 {alone.p50:6.2f} p99 "
                    f"{alone.p99:6.2f} ms; beside sign-ins {both.rate:7.0f}/s p50 {both.p50:6.2f} "
                    f"p99 {both.p99:6.2f} ms; p99 times {ratios[-1]:.2f}",
                    flush=True,
                )
        print(f"sign-ins by status: {dict(crowd.statuses)}")
    return statistics.median(ratios)


def main() -> None:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(prog="bench.signing_in", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="cims-bench-") as folder:
        ratio = uvloop.run(bench(Path(folder), given.rounds, given.seconds))
    print(
        f"p99 of reading beside {PER_SECOND} sign-ins a second: {ratio:.2f} times (at most {LIMIT})"
    )


if __name__ == "__main__":
    main()
