"""Seeding: the shipped rules, and where the watcher begins. Takes a connection of the owner.

A rule that somebody has edited since is theirs; a release touches it no more.
"""

from typing import Final

import asyncpg
import orjson

from app.core.clock import now
from app.core.segments import HORIZON
from app.features.alerts.shipped import SHIPPED

PUT_RULE: Final = (
    "insert into alert_rules (code, en, zh, kind, parameters, severity, enabled, version, "
    "is_shipped, changed_at) values ($1, $2, $3, $4, $5::text::jsonb, $6, true, 1, true, $7) "
    "on conflict (code) do update set en = $2, zh = $3, kind = $4, parameters = $5::text::jsonb, "
    "severity = $6, version = alert_rules.version + 1, changed_at = $7 "
    "where alert_rules.is_shipped and alert_rules.changed_by is null and (alert_rules.en, "
    "alert_rules.zh, alert_rules.kind, alert_rules.parameters, alert_rules.severity) "
    "is distinct from ($2, $3, $4, $5::text::jsonb, $6)"
)
BEGIN: Final = (
    f"insert into alert_watch (is_only, to_xid) values (true, ({HORIZON})) "  # noqa: S608
    "on conflict do nothing"
)


async def ensure_alert_rules(connection: asyncpg.Connection) -> None:
    """Add or renew the shipped rules, and watch from now on: nobody is told of the past."""
    async with connection.transaction():
        for rule in SHIPPED:
            parameters = orjson.dumps(rule.parameters).decode()
            named = (rule.code, rule.en, rule.zh, rule.kind.value)
            await connection.execute(PUT_RULE, *named, parameters, rule.severity.value, now())
        await connection.execute(BEGIN)
