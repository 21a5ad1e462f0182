"""The platform of a command: what a process has once, connected as the app role."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.core import keys
from app.core.database import Database, Waits
from app.core.ledger import Ledger
from app.core.sealing import Sealing
from app.core.work import Platform
from app.settings import MailSettings, Settings

# Nobody waits for an answer within a request: better slow than given up halfway.
PATIENT: Final = Waits(statement=60, lock=30, connection=30)


@asynccontextmanager
async def open_platform(settings: Settings, url: str) -> AsyncIterator[Platform]:
    """Connect database, ledger and keys; raises KeysRefused, or NotNow without a database."""
    ring = keys.load(settings.keys_folder)
    async with AsyncExitStack() as stack:
        database = await Database.connect(url, size=settings.database.pool_size, waits=PATIENT)
        stack.push_async_callback(database.close)
        async with database.connection() as connection:
            await keys.verify_keys(connection, ring)
        ledger = Ledger(url, PATIENT)
        await ledger.start()
        stack.push_async_callback(ledger.close)
        sealing = Sealing(ring.wrapping, ring.index)
        tools: dict[type, Any] = {MailSettings: settings.mail}
        zone = ZoneInfo(settings.quotas.zone)
        yield Platform(database, ledger, sealing, ring.mac_key, tools, zone=zone)
