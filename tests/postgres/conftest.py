"""Real clusters for the tests of the PostgreSQL manager, with every PostgreSQL that is found."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from app.postgres.binaries import Binaries, candidates, find
from app.postgres.cluster import Cluster
from app.postgres.refusals import PostgresUnavailableError

QUICK = {"shared_buffers": "16MB", "fsync": "off", "full_page_writes": "off"}


def every_version() -> list[Binaries]:
    """Return the first accepted binaries of each major version."""
    by_major: dict[int, Binaries] = {}
    for folder in candidates():
        try:
            found = find(folder)
        except PostgresUnavailableError:
            continue
        by_major.setdefault(found.major, found)
    return list(by_major.values())


Lend = Callable[[Binaries, Mapping[str, str]], Awaitable[Cluster]]


@pytest.fixture(scope="session")
async def clusters(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lend]:
    """Provide clusters that are made once and lent out running, whatever happened to them."""
    made: dict[str, Cluster] = {}

    async def lend(binaries: Binaries, settings: Mapping[str, str]) -> Cluster:
        key = f"{binaries.version} {settings}"
        if key not in made:
            made[key] = Cluster(tmp_path_factory.mktemp("home"), binaries, settings=settings)
        if not made[key].is_alive():
            await made[key].start()
        return made[key]

    yield lend
    for cluster in made.values():
        await cluster.stop()


@pytest.fixture
async def cluster(clusters: Lend) -> Cluster:
    """Provide a running cluster with the durability of the real one."""
    return await clusters(find(), {"shared_buffers": "16MB"})


@pytest.fixture(params=every_version(), ids=lambda found: f"postgresql-{found.version}")
async def any_cluster(request: pytest.FixtureRequest, clusters: Lend) -> Cluster:
    """Provide a running cluster of each version in turn."""
    return await clusters(request.param, QUICK)


@pytest.fixture
def fake() -> Callable[[Path, str], Path]:
    """Provide a maker of folders whose programs only know their version."""

    def make(folder: Path, version: str) -> Path:
        folder.mkdir(parents=True)
        for name in ("postgres", "initdb"):
            (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            (folder / name).chmod(0o755)
        return folder

    return make
