"""The surroundings of a command: settings, database addresses, refusals in one sentence."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from app.core.key_files import KeysRefused
from app.postgres import binaries
from app.postgres.cluster import Cluster
from app.postgres.refusals import PostgresUnavailableError
from app.settings import Settings, SettingsRefusedError, read_settings

console = Console()
errors = Console(stderr=True)


class StartRefusedError(Exception):
    """The service must not start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Urls:
    """How the database is reached, by role; the owner's may be unknown."""

    app: str
    owner: str | None
    cluster: Cluster | None = None


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a refusal into one sentence and exit status 1."""
    try:
        yield
    except (
        StartRefusedError,
        SettingsRefusedError,
        KeysRefused,
        PostgresUnavailableError,
    ) as refused:
        errors.print(f"[bold red]cims:[/] {refused}", highlight=False)
        raise typer.Exit(1) from None


def settings_and_home() -> Settings:
    """Read the settings and make the home folder, readable by its owner only."""
    settings = read_settings()
    home = settings.home.absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.model_copy(update={"home": home})


@asynccontextmanager
async def database_urls(settings: Settings) -> AsyncIterator[Urls]:
    """Give the addresses: from the settings, or of the embedded PostgreSQL, started if need be.

    A server started here is stopped again at the end; one found running is left running.
    """
    given = settings.database
    if given.url is not None:
        owner = given.owner_url.get_secret_value() if given.owner_url else None
        yield Urls(given.url.get_secret_value(), owner)
        return
    cluster = cluster_of(settings)
    addresses = await cluster.start()
    try:
        yield Urls(addresses.app, addresses.owner, cluster)
    finally:
        if cluster.is_launched_here:
            await cluster.stop()


def cluster_of(settings: Settings) -> Cluster:
    """Return the embedded cluster in the home folder."""
    return Cluster(settings.home, binaries.find(settings.database.binaries))


def require_owner(urls: Urls) -> str:
    """Return the owner's address, or say which setting is missing."""
    if urls.owner is None:
        raise StartRefusedError("Set CIMS_DATABASE__OWNER_URL to the owner's database URL.")
    return urls.owner


def demo_users_file(settings: Settings) -> Path:
    """Where the demo users and their passwords stand."""
    return settings.home / "demo-users.json"
