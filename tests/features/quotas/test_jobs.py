"""Old days are let go."""

from datetime import timedelta

import asyncpg

from app.core.clock import new_id, now
from app.core.work import Platform
from app.features.quotas.jobs import KEPT, ROUTINES
from tests.conftest import DatabaseUrls

PUT = (
    "insert into quota_uses (day, actor_id, quota, used, extended, touched_at) "
    "values ($1, $2, 'records', 1, 0, now())"
)


async def test_days_nobody_asks_about_are_let_go(
    platform: Platform, database_urls: DatabaseUrls
) -> None:
    """A month stays; the routine leaves its line."""
    today, actor_id = now().date(), new_id()
    for age in (timedelta(), KEPT, KEPT + timedelta(days=1)):
        await platform.database.fetch(PUT, [today - age, actor_id])

    (routine,) = ROUTINES
    await routine.run(platform)

    rows = await platform.database.fetch(
        "select day from quota_uses where actor_id = $1 order by day", [actor_id]
    )
    assert [row[0] for row in rows] == [today - KEPT, today]
    connection = await asyncpg.connect(database_urls.owner)
    written = "select count(*) from audit_lines where operation = 'prune_quotas'"
    assert await connection.fetchval(written) == 1
    await connection.close()
