"""The application: the only place that wires things together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.core import keys
from app.core.database import Database, Waits
from app.core.ledger import Ledger
from app.core.metering import Metered
from app.core.passwords import Passwords
from app.core.records import RESOURCES
from app.core.sealer import Sealer
from app.core.sealing import Sealing
from app.core.work import Platform
from app.features.identity.ended import EndedSessions
from app.features.quotas.limits import QuotaLimits
from app.features.quotas.meter import QuotaMeter
from app.features.roles.matrix import Operation
from app.features.roles.service import RoleDesk
from app.features.sso.service import Providers
from app.features.staff.directory import StaffDirectory
from app.http.asgi import App
from app.http.dispatch import Dispatcher
from app.http.layers import Audited, Authenticated, PlatformHolder
from app.http.pages import add_pages
from app.http.sources import Sources
from app.http.throttle import Throttle
from app.routes import all_pages, all_routes, document_text
from app.settings import QuotaSettings, Settings
from app.tools import tokens_of, tools_of

RATE: Final = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
EXPOSED: Final = ["ETag", "Location", "X-Request-Id", "Retry-After", *RATE]


def create_app(settings: Settings, database_url: str, document: bytes | None = None) -> App:
    """Return the service as an ASGI application; it connects when its lifespan starts.

    Making the OpenAPI document leaves some 20 MB behind: whoever has it made elsewhere gives it.
    """
    holder = PlatformHolder()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _start(settings, database_url, holder, stack)
            yield

    routes = all_routes()
    documents = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    documents.router.routes.extend(routes)
    documents.router.routes.extend(all_pages())
    if settings.docs:
        add_pages(documents, routes, document or document_text())
    limits = settings.limits
    throttle = Throttle(limits.requests_per_minute, limits.unknown_per_minute)
    inside = Authenticated(Dispatcher(routes, documents), holder, throttle)
    sources = Sources(map(str, settings.trusted_proxies))
    audited = Audited(inside, holder, limits.request_seconds, sources)
    return _with_cors(audited, settings.cors_origins)


async def _start(
    settings: Settings, url: str, holder: PlatformHolder, stack: AsyncExitStack
) -> None:
    """Connect everything; what was started ends in the opposite order."""
    ring = keys.load(settings.keys_folder)
    waits = Waits(statement=settings.limits.request_seconds)
    database = await Database.connect(url, size=settings.database.pool_size, waits=waits)
    stack.push_async_callback(database.close)
    async with database.connection() as connection:
        await keys.verify_keys(connection, ring)
    sealer = Sealer(database, ring.heads, settings.heads_file)
    sealer.start()
    stack.push_async_callback(sealer.stop)
    ledger = Ledger(url, waits)
    await ledger.start()
    stack.push_async_callback(ledger.close)
    directory = StaffDirectory(database, tokens_of(settings, ring), EndedSessions(database))
    await _watch(directory, stack)
    sealing = Sealing(ring.wrapping, ring.index, lambda: keys.load(settings.keys_folder).wrapping)
    meter = await _metering(settings.quotas, database, stack)
    tools = {
        Sealer: sealer,
        QuotaMeter: meter,
        RoleDesk: RoleDesk(directory, _operations(), settings.access.publish_alone),
        **tools_of(settings, ring, directory),
    }
    _close_at_the_end(tools, stack)
    zone = ZoneInfo(settings.quotas.zone)
    holder.platform = Platform(
        database, ledger, sealing, ring.mac_key, tools, meter=meter, zone=zone
    )
    holder.gate = directory


async def _watch(directory: StaffDirectory, stack: AsyncExitStack) -> None:
    """Know the staff before anybody asks, and from then on."""
    await directory.refresh()
    watching = asyncio.create_task(directory.watch(), name="staff directory")
    stack.callback(watching.cancel)


def _close_at_the_end(tools: dict[type, Any], stack: AsyncExitStack) -> None:
    """Let go of what features hold open."""
    stack.callback(tools[Passwords].close)
    stack.push_async_callback(tools[Providers].close)


async def _metering(quotas: QuotaSettings, database: Database, stack: AsyncExitStack) -> QuotaMeter:
    """Begin to count; what was counted last is told before the database is closed."""
    meter = QuotaMeter(database, _limits(quotas))
    await meter.start()
    stack.push_async_callback(meter.close)
    return meter


def _limits(quotas: QuotaSettings) -> QuotaLimits:
    return QuotaLimits(
        people={
            Metered.RECORDS: quotas.records_per_day,
            Metered.LOOKUPS: quotas.lookups_per_day,
            Metered.REVEALS: quotas.reveals_per_day,
        },
        clients={
            Metered.RECORDS: quotas.records_per_day_clients,
            Metered.LOOKUPS: quotas.lookups_per_day_clients,
            Metered.REVEALS: quotas.reveals_per_day,
        },
        extensions=quotas.extensions_per_day,
        zone=ZoneInfo(quotas.zone),
    )


def _operations() -> list[Operation]:
    """Return every operation with its promise, for the matrix of roles."""
    return [
        Operation(
            route.operation_id or route.name,
            route.method,
            route.path,
            route.promise.permission.value if route.promise.permission else None,
            RESOURCES.get(str(route.tags[0])),
            route.promise.step_up.value if route.promise.step_up else None,
        )
        for route in all_routes()
    ]


def _with_cors(app: App, origins: list[str]) -> App:
    """Let the configured browsers call; a preflight holds no data and leaves no line."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
        max_age=600,
    )
