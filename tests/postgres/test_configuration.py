"""How our PostgreSQL is set, and which port it gets."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import asyncpg
import pytest

from app.postgres import configuration
from app.postgres.cluster import Cluster
from app.postgres.sessions import session

SECRET = "13800138000"


def test_settings_of_the_log_cannot_be_changed() -> None:
    """An extra setting changes sizes; what keeps values out of the log stays."""
    extra = {"shared_buffers": "64MB", "log_statement": "all"}

    made = configuration.arguments("/x", 23456, has_socket=False, extra=extra)

    assert "shared_buffers=64MB" in made
    assert "log_statement=none" in made
    assert "unix_socket_directories=" in made


def test_port_is_remembered(tmp_path: Path) -> None:
    """The port of the first start is used again."""
    first = configuration.port_kept_in(tmp_path / "port")

    assert configuration.port_kept_in(tmp_path / "port") == first


def test_damaged_port_file_is_replaced(tmp_path: Path) -> None:
    """A file that a crash left empty does not stand in the way."""
    (tmp_path / "port").touch()

    first = configuration.port_kept_in(tmp_path / "port")

    assert (tmp_path / "port").read_text() == str(first)


def test_taken_port_is_given_up(tmp_path: Path) -> None:
    """A port that somebody else listens on is replaced."""
    first = configuration.port_kept_in(tmp_path / "port")

    with socket.create_server(("127.0.0.1", first)):
        assert configuration.port_kept_in(tmp_path / "port") != first


async def test_log_holds_no_value(any_cluster: Cluster) -> None:
    """Broken constraints, malformed input and a crashed session leave no value in the log."""
    async with session(any_cluster.addresses.owner) as owner:
        await owner.execute("CREATE TABLE phones (phone text UNIQUE)")
        await owner.execute(f"INSERT INTO phones VALUES ('{SECRET}')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await owner.execute("INSERT INTO phones VALUES ($1)", SECRET)
        with pytest.raises(asyncpg.DataError):
            await owner.execute(f"SELECT 'x{SECRET}'::date")
        await owner.execute("DROP TABLE phones")
        await _crash(owner, any_cluster)

    journal = any_cluster.folders.journal
    written = b"".join(path.read_bytes() for path in journal.folder.iterdir())
    assert b"was terminated by signal 9" in written
    assert SECRET.encode() not in written + journal.first_words.read_bytes()


async def _crash(session: asyncpg.Connection, cluster: Cluster) -> None:
    """Kill a session in the middle of a statement and wait until the server has recovered."""
    pid = await session.fetchval("SELECT pg_backend_pid()")
    asleep = asyncio.ensure_future(session.execute(f"SELECT pg_sleep(60), '{SECRET}'"))
    await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(asyncpg.PostgresConnectionError):
        await asleep
    for _ in range(200):
        try:
            await (await asyncpg.connect(cluster.addresses.superuser)).close()
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
        else:
            return
