"""Break the service and its database under load, then hold the clients' journal against the trail.

`python -m bench.crash`: every answered request has its line, no acknowledged change is lost, every
MAC and the chain hold. Ends with status 1 when any of it does not.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg

from app.core import keys
from app.core.verification import Proof, Report, verify
from app.postgres.addresses import Role
from app.settings import Settings
from bench.contenders import free_port, stop
from bench.faults import FAULTS, Scene, UnkeptError
from bench.ground import Ground, prepared
from bench.journal import Answer, Crowd, statuses

CUSTOMERS: Final = 2000
CLIENTS: Final = 24
QUIET: Final = 3.0
SETTLED: Final = 2.0
MISSING: Final = (
    "select id from unnest($1::text[]) as id "
    "where not exists (select from audit_lines where request_id = id)"
)
UNLIKE: Final = (
    "select count(*) from unnest($1::text[]) as id left join audit_lines on request_id = id "
    "and operation = $2 and status = $3 where line_id is null"
)
CHANGES: Final = (
    "select (select sum(version) - count(*) from customers) - "
    "(select count(*) from audit_lines where operation = 'change_customer' and status = 200)"
)
OPENED: Final = (
    "select (select count(*) from customers) - $1 - "
    "(select count(*) from audit_lines where operation = 'create_customer' and status = 201)"
)


@asynccontextmanager
async def scene(ground: Ground, clients: int = CLIENTS) -> AsyncIterator[Scene]:
    """Put the service under load; at the end everybody finishes, and the service too."""
    port = free_port()
    under_load = Scene(ground, port, Crowd(ground.rows, port, clients))
    await under_load.start()
    try:
        await under_load.crowd.until_answered(10)
        yield under_load
        await under_load.crowd.stop()
        await asyncio.sleep(SETTLED)
    finally:
        await asyncio.to_thread(stop, under_load.service)


async def losses(ground: Ground, answers: Sequence[Answer], customers: int) -> list[str]:
    """Hold the journal against the database; returns one sentence for each thing lost."""
    connection = await asyncpg.connect(ground.cluster.addresses.owner)
    try:
        found = await _missing_lines(connection, answers)
        for operation, name, status in (
            ("change", "change_customer", 200),
            ("create", "create_customer", 201),
        ):
            good = [a.request_id for a in answers if (a.operation, a.status) == (operation, status)]
            lost = await connection.fetchval(UNLIKE, good, name, status)
            found += [f"{lost} of {len(good)} answers to {name} have no line of it"] * bool(lost)
        off = await connection.fetchval(CHANGES)
        found += [f"versions and lines of changes differ by {off}"] * bool(off)
        off = await connection.fetchval(OPENED, customers)
        return found + [f"customers and lines of opening differ by {off}"] * bool(off)
    finally:
        await connection.close()


async def _missing_lines(connection: asyncpg.Connection, answers: Sequence[Answer]) -> list[str]:
    """Look for the line of every answer; only `503` may have none, as it says itself."""
    ids = [one.request_id for one in answers if one.status != 503]
    missing = await connection.fetch(MISSING, ids)
    return [f"{len(missing)} of {len(ids)} answers have no line"] * bool(missing)


async def verified(ground: Ground) -> Report:
    """Verify every MAC, the chain, and the heads outside the database."""
    settings = Settings(home=ground.home)
    ring = keys.load(settings.keys_folder)
    proof = Proof(ring.audit, [ring.heads.public_key()], settings.heads_file)
    connection = await asyncpg.connect(ground.cluster.addresses.dsn(Role.AUDITOR))
    try:
        return await verify(connection, proof)
    finally:
        await connection.close()


async def crash(home: Path, rounds: int) -> list[str]:
    """Go through all faults, then look what was lost."""
    async with prepared(home, CUSTOMERS) as ground:
        customers = len(ground.rows.ids)
        async with scene(ground) as under_load:
            found = [one for _ in range(rounds) for one in await _all_faults(under_load) if one]
        journal = under_load.crowd.journal
        print(f"{len(journal.answers)} answers {statuses(journal.answers)}")
        found += await losses(ground, journal.answers, customers)
        report = await verified(ground)
        print(f"verified {report.lines} lines in {report.segments} segments: {report.first_bad}")
        return found + [f"the trail does not hold: {report.first_bad}"] * (not report.ok)


async def _all_faults(under_load: Scene) -> list[str]:
    found = []
    for fault in FAULTS:
        await asyncio.sleep(QUIET)
        try:
            said = await fault(under_load)
        except (UnkeptError, TimeoutError) as unkept:
            said = f"NOT KEPT: {unkept!r}"
            found.append(f"{fault.__name__}: {said}")
        print(f"{fault.__name__:<20} {said}", flush=True)
    return found


def main() -> None:
    """Break and look."""
    parser = argparse.ArgumentParser(prog="bench.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory(prefix="cims-crash-") as folder:
        found = asyncio.run(crash(Path(folder), rounds))
    print("\n".join(found) or "Nothing was lost.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
