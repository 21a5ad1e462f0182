"""The server process: what is left of a killed one, and what stands in its way."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.postgres import processes
from app.postgres.addresses import Role
from app.postgres.binaries import find
from app.postgres.cluster import Cluster
from app.postgres.refusals import PostgresUnavailableError
from app.postgres.sessions import session

PARENT = """
import asyncio, sys, time
from pathlib import Path
from app.postgres.addresses import Role
from app.postgres.binaries import find
from app.postgres import processes
from app.postgres.cluster import Cluster
asyncio.run(Cluster(Path(sys.argv[1]), find()).start())
print("started", flush=True)
time.sleep(60)
"""


def pid_of(cluster: Cluster) -> int:
    """Read the server's process id."""
    return int((cluster.folders.data / "postmaster.pid").read_text().split()[0])


async def until_answered(address: str) -> None:
    """Wait until a server answers at the address, for ten seconds at most."""
    for _ in range(200):
        try:
            async with session(address):
                return
        except PostgresUnavailableError:
            await asyncio.sleep(0.05)
    pytest.fail("no answer")


@pytest.fixture
async def zombie(cluster: Cluster) -> AsyncIterator[int]:
    """Provide the id of a killed server whose parent lives and never reaps it."""
    await cluster.stop()
    command = [sys.executable, "-c", PARENT, str(cluster.folders.root.parent)]
    root = Path(__file__).parents[2]
    parent = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout is not None
    await parent.stdout.readline()
    killed = pid_of(cluster)
    os.kill(killed, signal.SIGKILL)
    for _ in range(500):
        if not cluster.is_alive():
            break
        await asyncio.sleep(0.01)
    yield killed
    parent.kill()
    await parent.communicate()


async def test_killed_server_keeps_what_was_committed(cluster: Cluster) -> None:
    """After kill -9 the next start recovers every acknowledged change."""
    async with session(cluster.addresses.owner) as owner:
        await owner.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (id int)")
        await owner.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        os.kill(pid_of(cluster), signal.SIGKILL)

    await cluster.start()

    async with session(cluster.addresses.owner) as owner:
        assert await owner.fetchval("SELECT count(*) FROM kept") == 1000


async def test_busy_session_of_a_killed_server_is_ended(cluster: Cluster) -> None:
    """A session that did not notice the server's death does not keep the next one from starting."""
    busy = await asyncpg.connect(cluster.addresses.owner)
    backend = busy.get_server_pid()
    counting = asyncio.ensure_future(busy.fetchval("SELECT count(*) FROM generate_series(1, 1e10)"))
    await asyncio.sleep(0.2)
    os.kill(pid_of(cluster), signal.SIGKILL)

    await cluster.start()

    with pytest.raises(asyncpg.PostgresConnectionError):
        await counting
    assert backend not in processes.left_in(cluster.folders.data)


async def test_zombie_is_not_taken_for_alive(cluster: Cluster, zombie: int) -> None:
    """A killed server whose parent never reaps it counts as dead, and a new one starts."""
    is_alive = cluster.is_alive()

    await cluster.start()

    os.kill(zombie, 0)  # it is still there
    assert (is_alive, cluster.is_alive(), pid_of(cluster) != zombie) == (False, True, True)


async def test_pid_file_of_a_stranger_is_not_believed(cluster: Cluster) -> None:
    """A pid file, and a socket lock, that name a living process of another kind are put aside."""
    await cluster.stop()
    words = f"{os.getpid()}\n{cluster.folders.data}\n1\n5432\n\n127.0.0.1\n1 1\nready\n"
    for path in (
        cluster.folders.data / "postmaster.pid",
        cluster.folders.run / f".s.PGSQL.{cluster.folders.port.read_text()}.lock",
    ):
        path.write_text(words)

    await cluster.start()

    assert cluster.is_launched_here
    assert pid_of(cluster) != os.getpid()


async def test_running_server_is_used_again(cluster: Cluster) -> None:
    """A second starter finds the server running and leaves it its first owner's."""
    second = Cluster(cluster.folders.root.parent, find())

    addresses = await second.start()

    assert addresses == cluster.addresses
    assert (cluster.is_launched_here, second.is_launched_here) == (True, False)


async def test_starters_at_the_same_time_share_one_server(cluster: Cluster) -> None:
    """Several starters at once end with one server between them."""
    await cluster.stop()
    others = [Cluster(cluster.folders.root.parent, find()) for _ in range(2)]

    found = await asyncio.gather(*(each.start() for each in (cluster, *others)))
    launched = [each.is_launched_here for each in (cluster, *others)]
    for each in (cluster, *others):
        await each.stop()

    assert len({addresses.port for addresses in found}) == 1
    assert launched.count(True) == 1


async def test_taken_port_is_replaced(cluster: Cluster) -> None:
    """A port that somebody took meanwhile is left to them."""
    await cluster.stop()
    taken = int(cluster.folders.port.read_text())

    with socket.create_server(("127.0.0.1", taken)):
        addresses = await cluster.start()

    assert addresses.port != taken
    async with session(addresses.tcp_dsn(Role.APP)) as app:
        assert await app.fetchval("SELECT 1") == 1


async def test_hopeless_start_names_the_log(cluster: Cluster) -> None:
    """A server that cannot start is refused at once, with the file that says why."""
    await cluster.stop()
    home = cluster.folders.root.parent
    hopeless = Cluster(home, find(), settings={"shared_buffers": "much"})
    began = time.monotonic()

    with pytest.raises(PostgresUnavailableError, match=r"did not start: see .*\.log"):
        await hopeless.start()

    assert time.monotonic() - began < 5


async def test_dead_server_is_watched_back_to_life(cluster: Cluster) -> None:
    """The watch restarts a killed server on the same port, and ends when it is stopped."""
    before = cluster.addresses
    watch = asyncio.ensure_future(cluster.watch(every_seconds=0.05))
    killed = pid_of(cluster)
    os.kill(killed, signal.SIGKILL)

    await until_answered(before.app)
    revived = pid_of(cluster)
    await cluster.stop()
    await asyncio.wait_for(watch, timeout=5)

    assert revived != killed
