"""When other systems were last here: noted in memory with each request, written once a minute."""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.database import Database
from app.features.staff.repository import write_uses

EVERY_SECONDS: Final = 60.0


class ClientUses:
    """The uses of this process that are not written yet; the first one of a system is at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[UUID, tuple[datetime, str | None]] = {}
        self._written: dict[UUID, float] = {}

    def note(self, client_id: UUID, source: str | None) -> None:
        """Note that a system is here now."""
        self._noted[client_id] = (now(), source)

    async def write(self) -> None:
        """Write what is due; raises NotNow without a database, and tries again the next time."""
        if not self._noted:
            return
        at = asyncio.get_running_loop().time()
        due = {
            client_id: use
            for client_id, use in self._noted.items()
            if at - self._written.get(client_id, -EVERY_SECONDS) >= EVERY_SECONDS
        }
        if not due:
            return
        await write_uses(self._database, due)
        for client_id, use in due.items():
            self._written[client_id] = at
            if self._noted.get(client_id) == use:
                del self._noted[client_id]
