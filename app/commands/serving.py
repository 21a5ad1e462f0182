"""Commands that serve: `run` with all set up by itself, `serve` where operators set up."""

import asyncio
import gc
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from typing import Final

import typer
import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table

from app.commands.checks import require_ready
from app.commands.demo import add_demo_customers
from app.commands.demo_users import demo_users, make_demo_users
from app.commands.logging import configure_logging
from app.commands.schema import bring_up
from app.commands.surroundings import (
    StartRefusedError,
    Urls,
    console,
    database_urls,
    one_sentence,
    require_owner,
    settings_and_home,
)
from app.commands.working import undisturbed, worker_beside
from app.core import keys
from app.features.staff.seeding import DemoUser
from app.http.wire import GuardedProtocol
from app.main import create_app
from app.routes import document_text
from app.settings import Settings

DRAIN_SECONDS: Final = 25
WIDEST: Final = 500


def run() -> None:
    """Serve with everything set up: database, keys, schema, demo users and demo customers."""
    with one_sentence(), suppress(KeyboardInterrupt):
        settings = settings_and_home()
        uvloop.run(_run(settings, _document(settings)))


def serve() -> None:
    """Serve on a database that is ready; refuses to start otherwise."""
    with one_sentence(), suppress(KeyboardInterrupt):
        settings = settings_and_home()
        uvloop.run(_serve(settings, _document(settings)))


def prepare() -> None:
    """Set up what `run` serves: schema, demo users, demo customers; does nothing twice."""
    with one_sentence():
        uvloop.run(_prepare(settings_and_home()))


async def _prepare(settings: Settings) -> None:
    async with database_urls(settings) as urls:
        await bring_up(require_owner(urls))
        await make_demo_users(settings, require_owner(urls))
        await add_demo_customers(settings, urls.app)


async def _run(settings: Settings, document: bytes | None) -> None:
    keys.create_missing(settings.keys_folder)
    async with database_urls(settings) as urls:
        await _prepare_elsewhere()
        users = demo_users(settings)
        watching = asyncio.create_task(urls.cluster.watch()) if urls.cluster else None
        server = _server(settings, urls.app, document)
        try:
            await _answer(settings, urls, server, users)
        finally:
            if watching is not None:
                watching.cancel()
            if urls.cluster is not None and server.started:
                await undisturbed(urls.cluster.stop())  # also one that an earlier run left


async def _serve(settings: Settings, document: bytes | None) -> None:
    async with database_urls(settings) as urls:
        server = _server(settings, urls.app, document)
        await _answer(settings, urls, server, None)


async def _answer(
    settings: Settings, urls: Urls, server: uvicorn.Server, users: Sequence[DemoUser] | None
) -> None:
    """Check what must be right, then answer until told to stop."""
    await require_ready(settings, urls.app)
    configure_logging()
    _collect_rarely()
    telling = asyncio.create_task(_tell_when_up(server, settings, users))
    try:
        async with worker_beside(settings):
            await server.serve()
    finally:
        telling.cancel()
    if not server.started:
        raise StartRefusedError(f"Port {settings.port} cannot be used; set CIMS_PORT to another.")


def _collect_rarely() -> None:
    """Let the collector of cycles leave alone what stays, and look seldom at the rest.

    Answers are let go by counting; looking at them after every 700 objects cost a list 5 to 15 %.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _server(settings: Settings, url: str, document: bytes | None) -> uvicorn.Server:
    """Return the server; no banner, no access log, a bounded wait for those still being served."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings, url, document),
            host=settings.host,
            port=settings.port,
            loop="none",
            http=GuardedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            backlog=512,
        )
    )


async def _tell_when_up(
    server: uvicorn.Server, settings: Settings, users: Sequence[DemoUser] | None
) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.05)
    address = f"http://{settings.host}:{settings.port}"
    console.print(f"\n[bold green]CIMS answers at {address}[/]  docs: {address}/docs")
    if users is not None:
        _tell_users(address, users)


def _tell_users(address: str, users: Sequence[DemoUser]) -> None:
    table = Table(title="Demo users", title_justify="left")
    for heading in ("user", "role", "password", "secret of the authenticator app"):
        table.add_column(heading, no_wrap=True)
    for user in users:
        table.add_row(user.username, user.role, user.password, user.totp_secret)
    # However narrow the window is, a password is told whole.
    Console(width=WIDEST).print(table)
    sales = next(user for user in users if user.role == "sales")
    token = f"-d grant_type=password -d username={sales.username} -d password={sales.password}"
    auth = '-H "Authorization: Bearer $TOKEN"'
    query = """-H 'Content-Type: application/json' -d '{"q": "zhang", "limit": 3}'"""
    pick = 'sed \'s/.*access_token":"//;s/".*//\''
    lines = (
        f"TOKEN=$(curl -s {address}/v1/auth/token {token} | {pick})",
        f"curl -s {address}/v1/customers/search {auth} {query}",
        f"curl -s '{address}/v1/customers?tier=A&limit=2' {auth}",
    )
    console.print("Worth trying:")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
    console.print("Ctrl-C stops everything; the data stay.")


def _document(settings: Settings) -> bytes | None:
    """Have the OpenAPI document made in a process of its own, which takes its memory with it.

    Done before anything runs here, since a copy of this process must not have half of it.
    """
    if not settings.docs:
        return None
    way = "fork" if "fork" in get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(1, get_context(way)) as elsewhere:
        return elsewhere.submit(document_text).result()


async def _prepare_elsewhere() -> None:
    """Set up in a process of its own, which takes its memory with it: some 30 MB."""
    preparing = await asyncio.create_subprocess_exec(sys.executable, "-m", "app.cli", "prepare")
    if await preparing.wait():
        raise typer.Exit(1)
