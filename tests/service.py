"""The service under test: `create_app()` itself, its lifespan run, a client for each demo user."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx

from app.core.passwords import Passwords
from app.features.roles.seeding import ensure_demo_roles
from app.features.staff.seeding import DemoUser, ensure_demo_staff
from app.http.asgi import App, Message
from app.main import create_app
from app.settings import Settings

# httpx looks for it at every request; searching all folders in vain took a tenth of the time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # this is how not to be found at once


@dataclass(slots=True)
class Service:
    """A running service: clients by user name, and its audit lines."""

    app: App
    app_url: str
    owner_url: str
    users: Sequence[DemoUser]
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _owner: asyncpg.Connection | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def anonymous(self, source: str = "127.0.0.1") -> httpx.AsyncClient:
        """Return a client that is not signed in, at an address."""
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(source, 40_000)
        )
        return httpx.AsyncClient(transport=transport, base_url="http://cims.example")

    async def sign_in(self, username: str) -> str:
        """Return an access token."""
        password = next(user.password for user in self.users if user.username == username)
        form = {"grant_type": "password", "username": username, "password": password}
        async with self.anonymous() as client:
            answer = await client.post("/v1/auth/token", data=form)
        token: str = answer.json()["access_token"]
        return token

    async def as_(self, username: str) -> httpx.AsyncClient:
        """Return the client of a demo user (named as the role; `sales_south` sells elsewhere)."""
        if username not in self._clients:
            self._clients[username] = await self.afresh(username)
        return self._clients[username]

    async def afresh(self, username: str) -> httpx.AsyncClient:
        """Return a client of a demo user with a session that no other test shares."""
        client = self.anonymous()
        client.headers["Authorization"] = f"Bearer {await self.sign_in(username)}"
        return client

    async def lines_of(self, answer: httpx.Response) -> list[dict[str, Any]]:
        """Return the audit lines of an answer, oldest first, with what they disclosed."""
        async with self._turn:
            if self._owner is None or self._owner.is_closed():
                self._owner = await asyncpg.connect(self.owner_url)
            rows = await self._owner.fetch(
                "select l.*, p.shown as disclosed from audit_lines l left join projections p "
                "on p.digest = l.shown where request_id = $1 order by seq",
                answer.headers["x-request-id"],
            )
        return [dict(row) for row in rows]

    async def close(self) -> None:
        """Close the clients, and the connection that read the lines."""
        if self._owner is not None:
            await self._owner.close()
        for client in self._clients.values():
            await client.aclose()


async def demo_staff(owner_url: str) -> Sequence[DemoUser]:
    """Have the demo staff in a migrated database."""
    connection, passwords = await asyncpg.connect(owner_url), Passwords()
    await ensure_demo_roles(connection)
    users = await ensure_demo_staff(connection, passwords)
    passwords.close()
    await connection.close()
    return users


@asynccontextmanager
async def running_service(
    settings: Settings, app_url: str, owner_url: str, users: Sequence[DemoUser] = ()
) -> AsyncIterator[Service]:
    """Run the service on a migrated database, with these demo users or with new ones."""
    users = users or await demo_staff(owner_url)
    with TemporaryDirectory() as folder:
        app = create_app(_with_heads_of_its_own(settings, Path(folder)), app_url)
        async with _lifespan(app):
            service = Service(app, app_url, owner_url, users)
            yield service
            await service.close()


def _with_heads_of_its_own(settings: Settings, home: Path) -> Settings:
    """Return settings whose signed heads stand apart: each database has a chain of its own."""
    (home / "keys").symlink_to(settings.keys_folder)
    return settings.model_copy(update={"home": home})


@asynccontextmanager
async def _lifespan(app: App) -> AsyncIterator[None]:
    """Start and stop an application as a server does."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    running = asyncio.create_task(app(scope, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    started = await outgoing.get()
    assert started["type"] == "lifespan.startup.complete", started
    yield
    await incoming.put({"type": "lifespan.shutdown"})
    await outgoing.get()
    await running
