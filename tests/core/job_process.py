"""A worker in a process of its own, with a job that tests know: `python -m ... URL KEYS`."""

import asyncio
import sys
from pathlib import Path

from app.core import keys
from app.core.database import Database, Waits
from app.core.ledger import Ledger
from app.core.sealing import Sealing
from app.core.work import Platform
from tests.core.job_scene import a_job, a_worker, steps

COUNT = 40
SECONDS = 0.02


async def main(url: str, folder: Path) -> None:
    """Work until killed."""
    ring = keys.load(folder)
    database = await Database.connect(url, size=4, waits=Waits())
    ledger = Ledger(url, Waits())
    await ledger.start()
    platform = Platform(database, ledger, Sealing(ring.wrapping, ring.index), ring.mac_key)
    async with a_worker(platform, url, a_job(steps(COUNT, SECONDS), tries=50), lease=0.5):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
