"""How a cluster is made, and checked before its start."""

from pathlib import Path

import pytest

from app.postgres.binaries import find
from app.postgres.cluster import Cluster
from app.postgres.creation import require_same_major
from app.postgres.refusals import PostgresUnavailableError
from app.postgres.sessions import session
from tests.postgres.conftest import QUICK, every_version

LOCALE = """
    SELECT pg_encoding_to_char(encoding) AS encoding,
           current_setting('data_checksums') AS checksums, datlocprovider::text AS provider,
           to_jsonb(pg_database) AS row, datcollate, version() AS version
    FROM pg_database WHERE datname = current_database()
"""


async def test_locale_is_the_same_everywhere(any_cluster: Cluster) -> None:
    """Every cluster is UTF-8 with checksums and the C.UTF-8 of PostgreSQL, or of the C library."""
    async with session(any_cluster.addresses.app) as app:
        row = await app.fetchrow(LOCALE)

    assert row is not None
    assert (row["encoding"], row["checksums"]) == ("UTF8", "on")
    if any_cluster.binaries.major >= 17:
        assert (row["provider"], '"datlocale": "C.UTF-8"' in row["row"]) == ("b", True)
    else:
        assert (row["provider"], row["datcollate"]) == ("c", "C.UTF-8")


async def test_chinese_text_is_text(any_cluster: Cluster) -> None:
    """Characters are counted, not bytes; they sort by code point and fold case like letters."""
    async with session(any_cluster.addresses.app) as app:
        length, upper, is_word = await app.fetchrow(
            "SELECT length('张小明'), upper('é张ä'), '张' ~ '^\\w$'"
        ) or (0, "", False)
        ordered = await app.fetchval(
            "SELECT string_agg(word, '' ORDER BY word) FROM unnest('{张,a,李,B}'::text[]) AS word"
        )

    assert (length, upper, is_word, ordered) == (3, "É张Ä", True, "Ba张李")


async def test_passwords_are_asked_for_on_every_way_in(any_cluster: Cluster) -> None:
    """Host and socket demand SCRAM, for replication too; nothing is trusted."""
    async with session(any_cluster.addresses.superuser) as admin:
        methods = await admin.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")

    assert [row[0] for row in methods] == ["scram-sha-256"]


async def test_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    """What an interrupted initdb left behind does not count as a cluster."""
    cluster = Cluster(tmp_path, find(), settings=QUICK)
    cluster.folders.make()
    (cluster.folders.root / "data.new").mkdir()
    (cluster.folders.root / "data.new" / "PG_VERSION").write_text("18")
    (cluster.folders.root / "initdb-password").write_text("old")

    await cluster.start()
    await cluster.stop()

    left = {path.name for path in cluster.folders.root.iterdir()}
    assert left == {"data", "lock", "log", "passwords.json", "port", "run", "start.log"}


def test_other_major_version_is_refused(tmp_path: Path) -> None:
    """Data of another major version are refused with both numbers and the way over."""
    binaries = find()
    (tmp_path / "PG_VERSION").write_text("12\n")

    with pytest.raises(PostgresUnavailableError, match=rf"12 .*{binaries.major}: .*pg_upgrade"):
        require_same_major(tmp_path, binaries)


def test_some_postgresql_was_found() -> None:
    """The tests of this folder run on at least one real PostgreSQL."""
    assert every_version()
