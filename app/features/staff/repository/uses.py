"""The last use of other systems, written for many at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.database import Database

# Several processes write: the latest use stays.
WRITE: Final = (
    "insert into client_uses as u (api_client_id, used_at, source) "
    "select * from unnest($1::uuid[], $2::timestamptz[], $3::text[]) "
    "on conflict (api_client_id) do update set used_at = excluded.used_at, "
    "source = excluded.source where u.used_at < excluded.used_at"
)


async def write_uses(database: Database, uses: Mapping[UUID, tuple[datetime, str | None]]) -> None:
    """Write when each system was here, and from where; raises NotNow without a database."""
    times = [at for at, _ in uses.values()]
    await database.fetch(WRITE, [[*uses], times, [source for _, source in uses.values()]])
